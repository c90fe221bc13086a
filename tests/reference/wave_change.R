# Makes wave_change.json, which the tests read.
#   cd tests/reference && Rscript wave_change.R
# Needs R with psych (bfi, sat.act), survey (apistrat) and jsonlite. Not needed to run the tests.
suppressMessages({library(psych); library(survey)})
library(jsonlite)
data(api)

numbers <- function(x) list(n = length(x), mean = mean(x), sd = sd(x), total = sum(x), squares = sum(x^2))

# Linked: two answers of the same persons on one scale (6 points: N1 and N2 of bfi; 200 and 12).
pair <- function(first, second, k) {
  both <- complete.cases(first, second); first <- first[both]; second <- second[both]
  test <- t.test(second, first, paired = TRUE)
  list(table = matrix(table(factor(first, 1:k), factor(second, 1:k)), k),
       first = numbers(first), second = numbers(second), difference = numbers(second - first),
       change = as.numeric(test$estimate), interval = as.numeric(test$conf.int))
}
linked <- list(pair(bfi$N1, bfi$N2, 6), pair(bfi$A2[1:200], bfi$A3[1:200], 6),
               pair(bfi$C1[1:12], bfi$C2[1:12], 6))

# Schools in 1999 and 2000 (api99, api00): the same schools, then as if they could not be linked.
d <- apistrat
unlinked <- function(first, second) {
  test <- t.test(second, first)
  list(first = numbers(first), second = numbers(second), change = mean(second) - mean(first),
       interval = as.numeric(test$conf.int), half_sd = sd(first) / 2)
}
schools <- t.test(d$api00, d$api99, paired = TRUE)

# Composition: wave 1 = 100 E, 50 H, 50 M; in wave 2 the high schools answered much more.
first <- d[, c("stype", "api99")]; names(first)[2] <- "y"
second <- rbind(d[d$stype == "E", ][1:30, ], d[d$stype == "H", ], d[d$stype == "M", ][1:20, ])
second <- data.frame(stype = second$stype, y = second$api00)
share <- table(first$stype) / nrow(first)
standardised <- function(wave) {
  wave$w <- as.numeric(share[as.character(wave$stype)] / table(wave$stype)[as.character(wave$stype)])
  svymean(~y, svydesign(~1, strata = ~stype, weights = ~w, data = wave))
}
a <- standardised(first); b <- standardised(second)
variances <- function(wave) tapply(wave$y, wave$stype, var) / table(wave$stype) * share^2
v <- c(variances(first), variances(second)); n <- c(table(first$stype), table(second$stype))
se <- sqrt(as.numeric(SE(a))^2 + as.numeric(SE(b))^2)
df <- sum(v)^2 / sum(v^2 / (n - 1))
change <- as.numeric(coef(b) - coef(a))
raw <- t.test(second$y, first$y)
by_group <- function(wave) lapply(split(wave$y, wave$stype), numbers)

write_json(list(made_by = paste("survey", packageVersion("survey"), R.version.string), linked = linked,
    schools = list(first = numbers(d$api99), second = numbers(d$api00),
                   difference = numbers(d$api00 - d$api99),
                   interval = as.numeric(schools$conf.int)),
    unlinked = list(unlinked(d$api99, d$api00), unlinked(bfi$A2[!is.na(bfi$A2)][1:15], bfi$A3[!is.na(bfi$A3)][1:40])),
    recomposed = list(first = by_group(first), second = by_group(second),
      pooled = list(first = numbers(first$y), second = numbers(second$y)),
      raw = list(change = mean(second$y) - mean(first$y), interval = as.numeric(raw$conf.int)),
      kept = list(change = change, se = se, df = df,
                  interval = change + c(-1, 1) * qt(0.975, df) * se))),
  "wave_change.json", digits = NA, auto_unbox = TRUE)
