# Makes pooling.json, which tests/analysis/test_pooling.py reads.
#   cd tests/reference && Rscript pooling.R
# Needs R with survey (apistrat, svymean) and jsonlite. Not needed to run the tests.
suppressMessages(library(survey))
library(jsonlite)
data(api)

# Academic performance of 200 Californian schools in three strata, as scores 0-100: a pooled line is
# the mean of a stratified sample in which each stratum is given the weight of the convention.
apistrat$score <- apistrat$api00 / 10
strata <- split(apistrat$score, apistrat$stype)
n <- sapply(strata, length)
pooled <- function(parts) {
  parts <- parts / sum(parts)
  apistrat$w <- (parts / n)[as.character(apistrat$stype)]
  found <- svymean(~score, svydesign(ids = ~1, strata = ~stype, weights = ~w, data = apistrat))
  v <- parts^2 * sapply(strata, var) / n
  list(weights = as.list(parts), score = as.numeric(coef(found)), se = as.numeric(SE(found)),
       df = sum(v)^2 / sum(v^2 / (n - 1)))
}
lines <- list(equal = pooled(c(E = 1, H = 1, M = 1)), head_count = pooled(n),
              negotiated = pooled(c(E = 5, H = 2, M = 3)))
for (name in names(lines)) lines[[name]]$interval <-
  lines[[name]]$score + c(-1, 1) * qt(0.975, lines[[name]]$df) * lines[[name]]$se
# Two groups weighted equally: half the interval of their difference.
two <- t.test(strata$E, strata$H)

write_json(list(made_by = paste(R.version.string, "survey", packageVersion("survey")),
                samples = lapply(strata, function(v) list(n = length(v), mean = mean(v), sd = sd(v))),
                lines = lines, two = list(score = (mean(strata$E) + mean(strata$H)) / 2,
                                          half = as.numeric(diff(two$conf.int)) / 4)),
           "pooling.json", digits = I(15), auto_unbox = TRUE)
