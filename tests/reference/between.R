# Makes between.json, which tests/analysis/test_between.py reads.
#   cd tests/reference && Rscript between.R
# Needs R with psych (bfi, ICC), multilevel (ICC1, ICC2, bh1996) and jsonlite.
suppressMessages({library(psych); library(multilevel)})
library(jsonlite)

# Kruskal-Wallis: real answers on 6 points by education, then small tables on 3 to 7 points.
tables <- c(
  lapply(c("A1", "C4", "E5", "N1", "O4"), function(i)
    t(sapply(1:5, function(g) as.integer(table(factor(bfi[which(bfi$education == g), i], 1:6)))))),
  list(rbind(c(2, 0, 3), c(4, 1, 0), c(0, 0, 6)), rbind(c(1, 2, 3, 4), c(4, 3, 2, 1)),
       rbind(c(9, 0, 0, 0, 9), c(0, 0, 18, 0, 0), c(1, 2, 3, 2, 1)),
       rbind(c(3, 1, 4, 1, 5, 9, 2), c(2, 7, 1, 8, 2, 8, 1), c(0, 0, 0, 1, 0, 0, 0)),
       rbind(c(1, 0, 0, 0, 0), c(0, 0, 0, 0, 1))))
kruskal <- lapply(tables, function(m) {
  x <- unlist(apply(m, 1, function(r) rep(seq_along(r), r), simplify = FALSE))
  test <- kruskal.test(x, factor(rep(seq_len(nrow(m)), rowSums(m))))
  list(counts = m, h = as.numeric(test$statistic), df = as.numeric(test$parameter), p = test$p.value)
})

# ICC(1), ICC(2): 7,382 soldiers of 99 companies of unequal size (multilevel::bh1996), and scores of
# five education groups; the interval on the balanced table of Shrout & Fleiss 1979.
summed <- function(x, g) lapply(split(x, g), function(v) list(n = length(v), mean = mean(v), sd = if (length(v) > 1) sd(v) else 0))
one <- function(x, g) {
  model <- aov(x ~ factor(g))
  list(samples = unname(summed(x, g)), icc1 = ICC1(model), icc2 = ICC2(model))
}
data(bh1996)
agree <- scoreItems(list(a = c("-A1", "A2", "A3", "A4", "A5")), bfi[, 1:25], impute = "none",
                    min = 1, max = 6)$scores[, 1]
kept <- !is.na(agree) & !is.na(bfi$education)
sf <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), ncol = 4, byrow = TRUE)
balanced <- ICC(sf, lmer = FALSE)$results[1, ]
icc <- list(
  well_being = one(bh1996$WBEING, bh1996$GRP), hours = one(bh1996$HRS, bh1996$GRP),
  education = one(100 * (agree[kept] - 1) / 5, bfi$education[kept]),
  with_single = one(c(1, 2, 3, 7, 8, 5), c(1, 1, 1, 2, 2, 3)),
  shrout = c(one(as.vector(t(sf)), rep(1:6, each = 4)),
             list(psych = balanced$ICC, interval = c(balanced$`lower bound`, balanced$`upper bound`))))

# Kendall's W: m(k - 1)W is Friedman's chi-square, ties included. The exact p enumerates every order.
orders <- function(v) if (length(v) < 2) matrix(v) else
  unique(do.call(rbind, lapply(seq_along(v), function(i) cbind(v[i], orders(v[-i])))))
exact <- function(values) {
  ranked <- t(apply(values, 1, rank)); k <- ncol(values)
  s <- function(sums) rowSums((sweep(sums, 1, 0) - nrow(values) * (k + 1) / 2)^2)
  sums <- ranked[1, , drop = FALSE]
  for (i in seq_len(nrow(values))[-1]) {
    o <- orders(ranked[i, ])
    sums <- sums[rep(seq_len(nrow(sums)), each = nrow(o)), , drop = FALSE] + o[rep(seq_len(nrow(o)), nrow(sums)), ]
  }
  mean(s(sums) >= s(matrix(colSums(ranked), 1)) - 1e-9)
}
w <- function(values, enumerate = FALSE) {
  test <- friedman.test(values)
  list(values = values, chi2 = as.numeric(test$statistic), p = test$p.value,
       w = as.numeric(test$statistic) / (nrow(values) * (ncol(values) - 1)),
       exact = if (enumerate) exact(values) else NULL)
}
rounding <- matrix(c(5.40, 5.50, 5.55, 5.85, 5.70, 5.75, 5.20, 5.60, 5.50, 5.55, 5.50, 5.40, 5.90,
  5.85, 5.70, 5.45, 5.55, 5.60, 5.40, 5.40, 5.35, 5.45, 5.50, 5.35, 5.25, 5.15, 5.00, 5.85, 5.80,
  5.70, 5.25, 5.20, 5.10, 5.65, 5.55, 5.45, 5.60, 5.35, 5.45, 5.05, 5.00, 4.95, 5.50, 5.50, 5.40,
  5.45, 5.55, 5.50, 5.55, 5.55, 5.35, 5.45, 5.50, 5.55, 5.50, 5.45, 5.25, 5.65, 5.60, 5.40, 5.70,
  5.65, 5.55, 6.30, 6.30, 6.25), ncol = 3, byrow = TRUE)  # the example of ?friedman.test
keys <- list(a = c("-A1", "A2", "A3", "A4", "A5"), c = c("C1", "C2", "C3", "-C4", "-C5"),
             e = c("-E1", "-E2", "E3", "E4", "E5"), n = c("N1", "N2", "N3", "N4", "N5"),
             o = c("O1", "-O2", "O3", "O4", "-O5"))
person <- scoreItems(keys, bfi[, 1:25], impute = "none", min = 1, max = 6)$scores
means <- as.matrix(aggregate(person, list(bfi$education), mean, na.rm = TRUE)[, -1])
dimnames(means) <- NULL
kendall <- list(
  rounding_times = w(rounding), education = w(means),
  three_groups = w(means[1:3, ], TRUE), two_groups = w(means[4:5, ], TRUE),
  four_objects = w(means[1:4, 1:4], TRUE),
  tied = w(rbind(c(1, 2, 2, 3), c(1, 1, 2, 2), c(2, 1, 3, 3), c(1, 2, 3, 4)), TRUE),
  opposed = w(rbind(1:4, 4:1), TRUE), alike = w(rbind(1:5, 1:5, 1:5), TRUE),
  one_silent = w(rbind(c(1, 2, 3), c(5, 5, 5), c(1, 3, 2), c(1, 2, 3)), TRUE),
  many_objects = w(t(sapply(1:6, function(i) (1:9 * (i + 3)) %% 11))))
ranked <- list(x = c(71.04, 70.96, 55, 71.04, 12), ranks = rank(-c(71.04, 70.96, 55, 71.04, 12), ties.method = "min"))

write_json(list(made_by = paste(R.version.string, "multilevel", packageVersion("multilevel"),
                                "psych", packageVersion("psych")),
                kruskal = kruskal, icc = icc, kendall = kendall, ranked = ranked),
           "between.json", digits = I(15), auto_unbox = TRUE, null = "null")
