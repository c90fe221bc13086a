# Makes random_intercept.json, which the tests read.
#   cd tests/reference && Rscript random_intercept.R
# Needs R with nlme, lme4, psych (bfi), survey (apistrat), multilevel (univbct) and jsonlite.
# Not needed to run the tests.
suppressMessages({library(nlme); library(psych); library(survey); library(multilevel); library(lme4)})
library(jsonlite)
data(api); data(univbct)

numbers <- function(x) if (length(x)) list(n = length(x), mean = mean(x), sd = if (length(x) > 1) sd(x) else 0)
tight <- lmeControl(tolerance = 1e-14, msTol = 1e-14, opt = "optim", reltol = 1e-15)
close <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12))

# first, second: answers of the same persons, NA where one wave has none.
case <- function(name, first, second) {
  id <- seq_along(first)
  rows <- na.omit(data.frame(id = factor(rep(id, 2)), wave = rep(0:1, each = length(id)), y = c(first, second)))
  fit <- lme(y ~ wave, random = ~ 1 | id, data = rows, control = tight)
  also <- lmer(y ~ wave + (1 | id), data = rows, control = close)
  both <- !is.na(first) & !is.na(second)
  told <- intervals(fit, which = "fixed")$fixed["wave", ]
  test <- t.test(second[both], first[both], paired = TRUE)
  list(name = name, pairs = list(first = numbers(first[both]), second = numbers(second[both]),
                                 difference = numbers((second - first)[both])),
       first_only = numbers(first[!both & !is.na(first)]), second_only = numbers(second[!both & !is.na(second)]),
       change = told[["est."]], error = summary(fit)$tTable["wave", "Std.Error"],
       interval = c(told[["lower"]], told[["upper"]]), df = summary(fit)$tTable["wave", "DF"],
       lme4 = list(change = fixef(also)[["wave"]], error = sqrt(vcov(also)[2, 2]),
                   between = {v <- as.data.frame(VarCorr(also))$vcov; v[1] / sum(v)}),
       paired = list(change = as.numeric(test$estimate), interval = as.numeric(test$conf.int)))
}
drop <- function(x, who) { x[who] <- NA; x }
api <- apistrat
set.seed(20261123)
met <- bfi[1:200, ]
cases <- list(
  case("no drop-out: schools", api$api99, api$api00),
  case("drop-out in the second wave: schools", api$api99, drop(api$api00, api$api99 < 500)),
  case("drop-out and newcomers: schools", drop(api$api99, 1:30), drop(api$api00, 31:80)),
  case("drop-out: job satisfaction of soldiers (univbct)",
       with(univbct[univbct$TIME == 0, ], JOBSAT1), with(univbct[univbct$TIME == 0, ], JOBSAT2)),
  case("mostly drop-out: bfi N1 and N2", drop(met$N1, 101:190), drop(met$N2, 1:90)),
  case("two pairs: bfi N1 and N2", drop(met$N1[1:20], 12:20), drop(met$N2[1:20], 3:11)),
  case("persons who do not differ: bfi A1 and A2", drop(met$A1, 1:20), drop(met$A2, 150:200)))
write_json(list(made_by = paste("nlme", packageVersion("nlme"), "lme4", packageVersion("lme4"), R.version.string),
  call = "nlme::lme(y ~ wave, random = ~ 1 | id), lme4::lmer(y ~ wave + (1 | id))", cases = cases),
  "random_intercept.json", digits = NA, auto_unbox = TRUE, null = "null")
