# Makes contrasts.json, which tests/analysis/test_contrasts.py and test_family.py read.
#   cd tests/reference && Rscript contrasts.R
# Needs R with psych (bfi data), metafor (escalc) and jsonlite. Not needed to run the tests.
suppressMessages({library(psych); library(metafor)})
library(jsonlite)

# Cliff's delta by its definition: every person of one group against every one of the other.
cliff <- function(x, y) {
  d <- sign(outer(x, y, "-")); n1 <- length(x); n2 <- length(y); delta <- mean(d)
  s_i <- sum((rowMeans(d) - delta)^2) / (n1 - 1)
  s_j <- sum((colMeans(d) - delta)^2) / (n2 - 1)
  s_ij <- sum((d - delta)^2) / ((n1 - 1) * (n2 - 1))
  v <- ((n2 - 1) * s_i + (n1 - 1) * s_j + s_ij) / (n1 * n2)
  ends <- function(q) (delta - delta^3 + c(-1, 1) * q * sqrt(v) * sqrt((1 - delta^2)^2 + q^2 * v)) /
    (1 - delta^2 + q^2 * v)
  found <- list(delta = delta, variance = v, interval = ends(qt(0.975, n1 + n2 - 2)))
  v <- (n2^2 * (n1 - 1) * s_i + n1^2 * (n2 - 1) * s_j - (n1 - 1) * (n2 - 1) * s_ij) /
    (n1 * n2 * (n1 - 1) * (n2 - 1))
  c(found, list(terms = c(s_i, s_j, s_ij),
                interval_unbiased = suppressWarnings(ends(qt(0.975, n1 + n2 - 2)))))
}
compare <- function(a, b) {
  x <- rep(seq_along(a), a); y <- rep(seq_along(b), b)
  test <- suppressWarnings(wilcox.test(x, y, exact = FALSE, correct = TRUE))
  c(list(first = a, second = b, u = as.numeric(test$statistic), p = test$p.value), cliff(x, y))
}

# Real answers on 6 points: all pairs of five education groups on five items of psych::bfi.
items <- c("A1", "C4", "E5", "N1", "O4")
by_group <- lapply(items, function(i)
  lapply(1:5, function(g) as.integer(table(factor(bfi[which(bfi$education == g), i], 1:6)))))
names(by_group) <- items
real <- do.call(c, lapply(items, function(i) apply(combn(5, 2), 2, function(p)
  c(list(item = i, groups = p), compare(by_group[[i]][[p[1]]], by_group[[i]][[p[2]]])), simplify = FALSE)))

edges <- list(
  list(c(2, 0, 3), c(4, 1, 0)), list(c(1, 1, 0), c(0, 1, 1)), list(c(1, 2, 3, 4), c(4, 3, 2, 1)),
  list(c(9, 0, 0, 0, 9), c(0, 0, 18, 0, 0)), list(c(0, 0, 5, 0, 0), c(1, 0, 0, 0, 9)),
  list(c(10, 0, 0, 0, 0), c(9, 1, 0, 0, 0)), list(c(1, 1, 0, 0, 0), c(0, 1, 1, 0, 0)),
  list(c(3, 1, 4, 1, 5, 9, 2), c(2, 7, 1, 8, 2, 8, 1)), list(c(5, 5, 5, 5, 5), c(5, 5, 5, 5, 5)),
  list(c(1200, 3400, 900, 2100, 400), c(700, 2900, 1500, 2500, 1100)))
synthetic <- lapply(edges, function(e) compare(e[[1]], e[[2]]))
# Hogarty & Kromrey 1999, with the variances their SAS macro printed; effsize's own test prints
# -0.25 [-0.7265846, 0.3890062] with the unbiased variance.
hogarty <- compare(c(2, 3, 3, 1, 1), c(1, 1, 1, 2, 1))

# Scores 0-100 of real persons and of small samples.
agree <- scoreItems(list(a = c("-A1", "A2", "A3", "A4", "A5")), bfi[, 1:25], impute = "none",
                    min = 1, max = 6)$scores[, 1]
scores <- split(100 * (agree - 1) / 5, bfi$education)
set.seed(4)
samples <- c(lapply(scores, function(v) v[!is.na(v)]),
             list(two = c(40, 60), three = c(10, 20, 90), same = rep(75, 12), other = runif(12, 0, 100),
                  many = runif(5000, 20, 90)))
names(samples)[1:5] <- paste0("edu", 1:5)
summed <- lapply(samples, function(x) list(n = length(x), mean = mean(x), sd = sd(x)))
pairs <- c(apply(combn(paste0("edu", 1:5), 2), 2, identity, simplify = FALSE),
           list(c("two", "three"), c("two", "edu1"), c("same", "other"), c("many", "edu5")))
effects <- lapply(pairs, function(p) {
  x <- samples[[p[1]]]; y <- samples[[p[2]]]
  g <- escalc("SMD", m1i = mean(x), sd1i = sd(x), n1i = length(x), m2i = mean(y), sd2i = sd(y),
              n2i = length(y), vtype = "LS")
  list(first = p[1], second = p[2], g = as.numeric(g$yi),
       interval = as.numeric(g$yi) + c(-1, 1) * qnorm(0.975) * sqrt(as.numeric(g$vi)),
       p = t.test(x, y)$p.value)
})

families <- lapply(list(c(0.01, 0.02, 0.03, 0.04, 0.05), c(0.2, 0.001, 0.001, 0.9, 0.04, 1),
                        c(NA, 0.03, 0.5, NA, 0.0001), 0.7, sapply(real, function(r) r$p)),
  function(p) list(p = p, adjusted = p.adjust(p, method = "BH")))

write_json(list(made_by = paste(R.version.string, "metafor", packageVersion("metafor"),
                                "psych", packageVersion("psych")),
                counts = by_group, real = real, synthetic = synthetic, hogarty = hogarty,
                samples = summed, effects = effects, families = families),
           "contrasts.json", digits = I(15), auto_unbox = TRUE, na = "null")
