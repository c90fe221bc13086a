# Makes ordinal.json, which tests/analysis/test_ordinal.py reads.
#   cd tests/reference && Rscript ordinal.R
# Needs R with ordinal (clm, wine), psych (bfi) and jsonlite. Not needed to run the tests.
suppressMessages({library(psych); library(ordinal)})
library(jsonlite)
tight <- clm.control(gradTol = 1e-11, maxIter = 200)

# counts: one row per cell; design: one row per cell, one column per effect.
fit <- function(counts, design) {
  cell <- rep(row(counts), counts); y <- rep(col(counts), counts)
  x <- as.data.frame(design[cell, , drop = FALSE]); names(x) <- paste0("x", seq_len(ncol(design)))
  x$y <- factor(y, ordered = TRUE)
  m <- clm(reformulate(setdiff(names(x), "y"), "y"), data = x, control = tight)
  s <- coef(summary(m)); b <- tail(seq_len(nrow(s)), ncol(design))
  list(counts = counts, design = design, log_odds = as.list(unname(s[b, 1])), se = as.list(unname(s[b, 2])),
       p = as.list(unname(s[b, 4])), thresholds = unname(m$alpha), log_likelihood = as.numeric(logLik(m)))
}
education <- function(item, groups) t(sapply(groups, function(g)
  as.integer(table(factor(bfi[which(bfi$education == g), item], 1:6)))))
rated <- table(interaction(wine$temp, wine$contact), wine$rating)
cases <- list(
  bitterness_of_wine = fit(matrix(as.integer(rated), 4), rbind(c(0, 0), c(1, 0), c(0, 1), c(1, 1))),
  two_groups = fit(education("N1", c(1, 5)), matrix(0:1)),
  five_groups = fit(education("A1", 1:5), rbind(0, diag(4))),
  three_points = fit(rbind(c(2, 5, 3), c(4, 1, 6)), matrix(0:1)),
  two_camps = fit(rbind(c(9, 0, 1, 0, 9), c(1, 4, 9, 3, 1)), matrix(0:1)),
  seven_points = fit(rbind(c(3, 1, 4, 1, 5, 9, 2), c(2, 7, 1, 8, 2, 8, 1)), matrix(0:1)))
write_json(list(made_by = paste("ordinal", packageVersion("ordinal")), cases = cases),
           "ordinal.json", digits = I(15), auto_unbox = TRUE)
