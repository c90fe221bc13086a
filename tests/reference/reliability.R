# Makes reliability.json, which tests/analysis/test_reliability.py reads.
#   cd tests/reference && Rscript reliability.R
# Needs R with psych and jsonlite, and bfi_answers.csv (reference_numbers.R). Not needed to run the
# tests.
suppressMessages(library(psych))
library(jsonlite)

# Real answers: psych::bfi, 25 items on 6 points (0-5), s = no answer; reverse-keyed items marked -.
read <- read.csv("bfi_answers.csv", colClasses = c("integer", "character"))
marks <- do.call(rbind, strsplit(read$marks, ""))
values <- suppressWarnings(matrix(as.integer(marks), nrow(marks), dimnames = list(NULL, names(bfi)[1:25])))
keys <- list(agree = c("-A1", "A2", "A3", "A4", "A5"), conscientious = c("C1", "C2", "C3", "-C4", "-C5"),
             extraversion = c("-E1", "-E2", "E3", "E4", "E5"), neuroticism = c("N1", "N2", "N3", "N4", "N5"),
             openness = c("O1", "-O2", "O3", "O4", "-O5"))

# The correlations are those of the covariances that alpha adds up (own variances). psych's optimiser
# stops at about 1e-6; "exact" continues from there until nothing moves.
omega_of <- function(x, use) {
  r <- cov2cor(cov(x, use = use))
  if (ncol(r) < 3) return(NA)
  f <- suppressWarnings(suppressMessages(fa(r, nfactors = 1, fm = "minres")))
  ratio <- function(l) sum(l)^2 / (sum(l)^2 + sum(1 - l^2))
  residual <- function(l) { d <- r - l %o% l; diag(d) <- 0; d }
  l <- as.numeric(f$loadings)
  for (i in 1:5) l <- optim(l, function(l) sum(residual(l)^2), function(l) -4 * as.numeric(residual(l) %*% l),
                            method = "BFGS", control = list(reltol = 1e-16, maxit = 1000))$par
  list(psych = ratio(as.numeric(f$loadings)), exact = ratio(l), left = sum(residual(l)^2))
}
of_block <- function(x, use) {
  a <- suppressWarnings(psych::alpha(x, use = use, warnings = FALSE))
  drop <- if (ncol(x) > 2) a$alpha.drop$raw_alpha else NA
  list(alpha = a$total$raw_alpha, item_rest = a$item.stats$r.drop, alpha_if_dropped = drop,
       omega = omega_of(x, use))
}
interval <- function(alpha, n, k) {
  i <- alpha.ci(alpha, n.obs = n, n.var = k)
  c(i$lower.ci, i$upper.ci)
}
figures <- function(x) {
  pairs <- crossprod(!is.na(x)); whole <- x[complete.cases(x), , drop = FALSE]
  pairwise <- of_block(x, "pairwise"); listwise <- of_block(whole, "complete.obs")
  list(n_pairwise = min(pairs), n_listwise = nrow(whole), pairwise = pairwise, listwise = listwise,
       feldt = interval(pairwise$alpha, min(pairs), ncol(x)),
       feldt_listwise = interval(listwise$alpha, nrow(whole), ncol(x)))
}
real <- list()
for (dimension in names(keys)) for (group in c(0, 1:5)) for (keyed in c(TRUE, FALSE)) {
  items <- sub("-", "", keys[[dimension]]); x <- values[if (group == 0) TRUE else read$education == group, items]
  turned <- which(startsWith(keys[[dimension]], "-"))
  if (keyed && length(turned)) x[, turned] <- 5 - x[, turned]
  if (!keyed && (group != 0 || !length(turned))) next
  real[[length(real) + 1]] <- c(list(dimension = dimension, group = group, keyed = keyed,
    items = match(items, colnames(values)) - 1, turned = as.list(turned - 1)), figures(x))
}

small <- list(
  two_items = cbind(c(1, 2, 3, 4, 5), c(2, 1, 4, 3, 5)),
  perfect_pair = cbind(c(1, 2, 3, 4), c(2, 3, 4, 5)),
  opposed = cbind(c(1, 2, 3, 4, 5, 5), c(5, 4, 2, 2, 1, 2), c(3, 1, 4, 2, 2, 3)),
  three_points = cbind(c(1, 2, 3, 3, 2, 1, 3), c(1, 2, 2, 3, 2, 1, 3), c(1, 3, 3, 3, 1, 1, 2)),
  four_points = cbind(c(1, 2, 3, 4, 2, NA, 3, 4), c(1, 2, NA, 4, 2, 1, 3, 3), c(2, 2, 4, 4, 1, 1, 3, NA)),
  seven_points = cbind(c(1, 7, 3, 5, 6, 2), c(2, 7, 4, 5, 5, 1), c(1, 6, 3, 4, 7, 3), c(4, 4, 1, 7, 2, 5)),
  one_constant = cbind(c(1, 2, 3, 4, 5, 4), c(3, 3, 3, 3, 3, 3), c(2, 1, 4, 3, 5, 5)))
tables <- lapply(small, function(x) { colnames(x) <- paste0("i", seq_len(ncol(x)))
  list(values = x, alpha = suppressWarnings(psych::alpha(x, warnings = FALSE))$total$raw_alpha,
       item_rest = suppressWarnings(psych::alpha(x, warnings = FALSE))$item.stats$r.drop) })

intervals <- lapply(list(c(0.8, 100, 5), c(0.55, 50, 3), c(-0.3, 12, 4), c(0.95, 2, 2), c(0.72, 2800, 8)),
  function(v) list(alpha = v[1], n = v[2], items = v[3], interval = interval(v[1], v[2], v[3])))
write_json(list(made_by = R.version.string, psych = as.character(packageVersion("psych")), real = real,
                small = tables, feldt = intervals), "reliability.json", digits = NA, auto_unbox = TRUE)
