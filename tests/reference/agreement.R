# Makes agreement.json, which tests/analysis/test_agreement.py reads.
#   cd tests/reference && Rscript agreement.R
# Needs R with psych (bfi), multilevel (bh1996, cohesion; rwg, ad.m), boot and jsonlite. Not needed
# to run the tests. Consensus, Leik and A are written out from their papers; agrmt, where it is
# installed, must agree.
suppressMessages({library(psych); library(multilevel); library(boot)})
library(jsonlite)

answers <- function(counts) rep(seq_along(counts), counts)

# Tastle & Wierman 2007, equation 5.
consensus <- function(counts) {
  x <- answers(counts); X <- seq_along(counts); p <- counts / sum(counts)
  used <- p > 0
  1 + sum(p[used] * log2(1 - abs(X[used] - mean(x)) / (max(X) - min(X))))
}
# Leik 1966, equations 1 to 3, as consensus 1 - D.
leik <- function(counts) {
  cumulated <- cumsum(counts / sum(counts))
  d <- ifelse(cumulated <= 0.5, cumulated, 1 - cumulated)
  1 - sum(d) / ((length(counts) - 1) / 2)
}
# van der Eijk 2001: layers, each with U (triples) and A = U (1 - (S - 1)/(K - 1)).
pattern <- function(filled) {
  K <- length(filled); S <- sum(filled); up <- 0; down <- 0
  for (i in seq_len(K)) for (j in seq_len(K)) for (k in seq_len(K)) if (i < j && j < k) {
    t <- filled[c(i, j, k)]
    if (all(t == c(1, 1, 0)) || all(t == c(0, 1, 1))) up <- up + 1
    if (all(t == c(1, 0, 1))) down <- down + 1
  }
  U <- if (up + down == 0) 1 else ((K - 2) * up - (K - 1) * down) / ((K - 2) * (up + down))
  U * (1 - (S - 1) / (K - 1))
}
eijk <- function(counts) {
  left <- counts; total <- 0
  while (any(left > 0)) {
    filled <- as.integer(left > 0); height <- min(left[left > 0])
    total <- total + height * sum(filled) / sum(counts) * pattern(filled)
    left <- left - height * filled
  }
  total
}
of_one_group <- function(counts) {
  x <- answers(counts); K <- length(counts); g <- rep("all", length(x))
  list(counts = counts, consensus = consensus(counts), leik = leik(counts), a = eijk(counts),
       ad = ad.m(x, g, type = "mean")$AD.M,
       rwg = rwg(x, g, ranvar = (K^2 - 1) / 12)$rwg,
       rwg_raw = 1 - var(x) / ((K^2 - 1) / 12))
}
if (requireNamespace("agrmt", quietly = TRUE)) {
  for (counts in list(c(30, 40, 210, 130, 530, 50, 10), c(2, 0, 5, 1), c(9, 0, 0, 0, 8)))
    stopifnot(all.equal(consensus(counts), agrmt::consensus(counts)),
              all.equal(leik(counts), 1 - agrmt::Leik(counts)),
              all.equal(eijk(counts), agrmt::agreement(counts)))
}

table_of <- function(x, K) as.integer(table(factor(x, levels = seq_len(K))))
data(bh1996); data(cohesion)
real <- c(
  # Personality items on 6 points by education (psych::bfi).
  unlist(lapply(c("A1", "C4", "N3", "O2"), function(i)
    lapply(1:5, function(e) table_of(bfi[which(bfi$education == e), i], 6))), recursive = FALSE),
  # Cohesion of army platoons on 5 points (multilevel::cohesion).
  lapply(unique(cohesion$UNIT), function(u) table_of(cohesion$COH01[cohesion$UNIT == u], 5)))
real <- Filter(function(counts) sum(counts) >= 2, real)
edge <- list(c(5, 0, 5), c(1, 1, 1), c(0, 7, 0), c(2, 0), c(1, 1), c(3, 1, 4, 2), c(6, 0, 0, 6), c(9, 0, 0, 0, 8),
  c(1, 2, 3, 4, 5), c(2, 2, 2, 2, 2), c(0, 0, 4, 0, 0), c(1, 0, 0, 0, 1), c(30, 40, 210, 130, 530, 50, 10),
  c(3, 1, 4, 1, 5, 9, 2), c(4, 4, 4, 4, 4, 4, 4), c(10, 0, 0, 0, 0, 0, 10), c(0, 12, 1, 0, 2, 11, 0))

# BCa on one set of replicates: boot.ci is given those replicates and the jackknife influence.
of_bootstrap <- function(name, statistic, counts, R, seed) {
  x <- answers(counts); K <- length(counts)
  measure <- function(x, i) round(statistic(table_of(x[i], K)), 12)
  set.seed(seed)
  b <- boot(x, measure, R = R)
  jack <- sapply(seq_along(x), function(i) measure(x, -i))
  L <- mean(jack) - jack
  list(measure = name, counts = counts, observed = b$t0, replicates = as.numeric(b$t),
       a = sum(L^3) / (6 * sum(L^2)^1.5), interval = boot.ci(b, type = "bca", L = L)$bca[4:5])
}
bca <- list(
  of_bootstrap("consensus", consensus, c(1, 2, 6, 9, 4), 199, 1),
  of_bootstrap("a", eijk, c(1, 2, 6, 9, 4), 199, 2),
  of_bootstrap("consensus", consensus, c(9, 3, 1, 4, 8), 250, 3),
  of_bootstrap("a", eijk, c(9, 3, 1, 4, 8), 250, 4),
  of_bootstrap("consensus", consensus, c(2, 4, 1), 199, 5),
  of_bootstrap("leik", leik, c(3, 1, 4, 1, 5, 9, 2), 199, 6),
  of_bootstrap("consensus", consensus, table_of(bfi$N3[which(bfi$education == 3)][1:40], 6), 199, 7))

# A long bootstrap, whose interval our own draws must come close to.
long <- lapply(list(list("consensus", consensus, c(1, 2, 6, 9, 4)), list("a", eijk, c(1, 2, 6, 9, 4)),
                    list("consensus", consensus, c(20, 31, 60, 99, 44, 12))),
  function(v) { f <- of_bootstrap(v[[1]], v[[2]], v[[3]], 9999, 11); f$replicates <- NULL; f })

write_json(list(made_by = R.version.string, multilevel = as.character(packageVersion("multilevel")),
                boot = as.character(packageVersion("boot")),
                cells = lapply(c(edge, real), of_one_group), bca = bca, long = long),
           "agreement.json", digits = NA, auto_unbox = TRUE)
