# Makes composite.json, which the tests read.
#   cd tests/reference && Rscript composite.R
# Needs R with psych (bfi data and scoreItems) and jsonlite. Not needed to run the tests.
suppressMessages(library(psych))
library(jsonlite)

# Five groups of education of psych::bfi (whole data set), five dimensions, keys as in
# reference_numbers.R: the data set's own keys, under which much neuroticism is a high score.
data <- bfi[!is.na(bfi$education), ]
keys <- list(agree = c("-A1", "A2", "A3", "A4", "A5"), conscientious = c("C1", "C2", "C3", "-C4", "-C5"),
             extraversion = c("-E1", "-E2", "E3", "E4", "E5"), neuroticism = c("N1", "N2", "N3", "N4", "N5"),
             openness = c("O1", "-O2", "O3", "O4", "-O5"))
group_scores <- function(keys) {
  person <- scoreItems(keys, data[, 1:25], impute = "none", min = 1, max = 6)$scores
  t(sapply(1:5, function(g) sapply(names(keys), function(d) {
    own <- sub("^-", "", keys[[d]]); row <- data$education == g
    enough <- rowSums(!is.na(data[row, own])) >= length(own) / 2
    mean(100 * (person[row, d][enough] - 1) / 5)
  })))
}

means <- function(m, w = rep(1, ncol(m)), floor = 1) {
  w <- w / sum(w); raised <- pmax(m, floor)
  list(arithmetic = as.numeric(m %*% w), geometric = as.numeric(exp(log(raised) %*% w)),
       harmonic = as.numeric(1 / ((1 / raised) %*% w)))
}

# METHODS: share of all weightings under which w.x >= t, all values distinct.
share <- function(x, t) {
  k <- length(x)
  sum(vapply(which(x > t), function(i) (x[i] - t)^(k - 1) / prod(x[i] - x[-i]), 0))
}
shares <- function(m) outer(1:5, 1:5, Vectorize(function(i, j) if (i == j) 0 else share(m[i, ] - m[j, ], 0)))

described <- function(keys) {
  m <- group_scores(keys); mean <- means(m)
  list(scores = unname(m), means = mean, preferences = shares(m),
       passing_65 = apply(m, 1, share, t = 65),
       weighted = means(m, c(4, 1, 2, 2, 1)),
       importance = as.numeric(cor(m, mean$arithmetic)^2))
}
turned <- keys; turned$neuroticism <- paste0("-", keys$neuroticism)

set.seed(20260303)
few <- list(c(20, 80), c(10, 50, 90), c(12.5, 37.5, 40, 99), c(0, 25, 33, 61, 70, 88, 100))
draws <- function(x, t, n = 1e6) {
  e <- matrix(rexp(n * length(x)), n); mean((e %*% x) / rowSums(e) >= t)
}
write_json(list(made_by = paste("psych", packageVersion("psych"), R.version.string),
    dimensions = names(keys), groups = paste0("edu", 1:5), as_keyed = described(keys),
    neuroticism_turned = described(turned),
    passing = lapply(few, function(x) list(scores = x, threshold = 55, share = share(x, 55),
                                          by_a_million_draws = draws(x, 55)))),
  "composite.json", digits = NA, auto_unbox = TRUE, pretty = TRUE, null = "null")
