# Makes statistics.json, bfi_answers.csv and bfi_dimensions.json, which the tests read.
#   cd tests/reference && Rscript reference_numbers.R
# Needs R with psych (bfi data and scoreItems) and jsonlite. Not needed to run the tests.
suppressMessages(library(psych))
library(jsonlite)
z <- qnorm(0.975)

wilson <- lapply(list(c(0, 5), c(1, 5), c(5, 5), c(3, 10), c(7, 12), c(0, 40), c(31, 34), c(250, 1000)),
  function(v) list(x = v[1], n = v[2],
    interval = as.numeric(suppressWarnings(prop.test(v[1], v[2], correct = FALSE)$conf.int))))

bounds <- function(x, n) as.numeric(suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int))
newcombe <- lapply(list(c(56, 70, 48, 80), c(9, 10, 3, 10), c(10, 10, 0, 20), c(0, 12, 0, 15), c(31, 34, 11, 46)),
  function(v) {
    # Newcombe 1998, method 10: the hybrid of two Wilson intervals.
    p1 <- v[1] / v[2]; p2 <- v[3] / v[4]; a <- bounds(v[1], v[2]); b <- bounds(v[3], v[4])
    list(x1 = v[1], n1 = v[2], x2 = v[3], n2 = v[4], difference = p1 - p2,
      interval = c(p1 - p2 - sqrt((p1 - a[1])^2 + (b[2] - p2)^2),
                   p1 - p2 + sqrt((a[2] - p1)^2 + (p2 - b[1])^2)))
  })

counts <- list(c(1, 2, 3, 4, 5), c(5, 0, 0, 0, 5), c(0, 0, 7, 0, 0), c(2, 2, 2, 2), c(1, 0, 9),
               c(3, 1, 4, 1, 5, 9, 2), c(5, 5, 0, 0, 0), c(100, 250, 400, 900, 350))
moments <- lapply(counts, function(n) {
  x <- rep(seq_along(n), n)
  list(counts = n, mean = mean(x), median = as.numeric(quantile(x, 0.5, type = 2)), sd = sd(x),
       median_default = median(x))
})

set.seed(20260303)
samples <- list(a = round(runif(12, 20, 95), 2), b = round(runif(30, 40, 80), 2),
                c = c(0, 25, 50, 75, 100), d = round(rnorm(200, 61, 14), 2))
t_intervals <- lapply(samples, function(x)
  list(values = x, mean = mean(x), sd = sd(x), interval = as.numeric(t.test(x)$conf.int)))
pairs <- list(c("a", "b"), c("b", "c"), c("a", "d"), c("c", "d"))
welch <- lapply(pairs, function(p) {
  test <- t.test(samples[[p[1]]], samples[[p[2]]])
  list(first = p[1], second = p[2], df = as.numeric(test$parameter),
       interval = as.numeric(test$conf.int))
})
write_json(list(made_by = R.version.string, z = z, wilson = wilson, newcombe = newcombe,
                moments = moments, t_intervals = t_intervals, welch = welch),
           "statistics.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)

# Real answers: 25 personality items on 6 points of 2,800 persons (psych::bfi, SAPA project),
# one string of 25 marks per person (0-5 = point index, s = no answer), by education.
data <- bfi[!is.na(bfi$education), ]
items <- names(bfi)[1:25]
marks <- apply(data[, items], 1, function(r) paste(ifelse(is.na(r), "s", r - 1), collapse = ""))
few <- data$education
write.csv(data.frame(education = few, marks = marks)[seq_len(1200), ], "bfi_answers.csv",
          row.names = FALSE, quote = FALSE)
kept <- data[seq_len(1200), ]

keys <- list(agree = c("-A1", "A2", "A3", "A4", "A5"), conscientious = c("C1", "C2", "C3", "-C4", "-C5"),
             extraversion = c("-E1", "-E2", "E3", "E4", "E5"), neuroticism = c("N1", "N2", "N3", "N4", "N5"),
             openness = c("O1", "-O2", "O3", "O4", "-O5"))
# min/max fixed by the scale, never by the data; impute = "none" averages the answered items.
person <- scoreItems(keys, kept[, items], impute = "none", min = 1, max = 6)$scores
found <- list()
for (g in sort(unique(kept$education))) for (d in names(keys)) {
  own <- sub("^-", "", keys[[d]])
  s <- person[kept$education == g, d]
  enough <- rowSums(!is.na(kept[kept$education == g, own])) >= length(own) / 2
  s <- 100 * (s[enough] - 1) / 5
  test <- t.test(s)
  found[[length(found) + 1]] <- list(group = paste0("edu", g), dimension = d, n = length(s),
    score = mean(s), sd = sd(s), interval = as.numeric(test$conf.int))
}
write_json(list(made_by = paste("psych", packageVersion("psych")), keys = keys, cells = found),
           "bfi_dimensions.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
