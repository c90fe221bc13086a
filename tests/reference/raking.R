# Makes raking.json, which the tests read.
#   cd tests/reference && Rscript raking.R
# Needs R with survey (apistrat, apisrs data) and jsonlite. Not needed to run the tests.
suppressMessages(library(survey))
library(jsonlite)
data(api)

# apisrs: 200 schools drawn at random from apipop, raked to three margins of the whole state.
# No fpc: sampling with replacement, as in corus.analysis.weighing.raking. R's default control stops as
# soon as no cell moves by 1 (epsilon = 1, maxit = 10): far from the margins' targets.
drawn <- apisrs[, c("stype", "sch.wide", "awards", "api00", "enroll", "pw")]
drawn$partly <- ifelse(seq_len(nrow(drawn)) %% 7 == 0, NA, drawn$api00)
margins <- list(stype = table(apipop$stype), sch.wide = table(apipop$sch.wide),
                awards = table(apipop$awards))
as_margin <- function(name) { t <- as.data.frame(margins[[name]]); names(t) <- c(name, "Freq"); t }

described <- function(start, control) {
  design <- svydesign(id = ~1, weights = start, data = drawn)
  raked <- rake(design, list(~stype, ~sch.wide, ~awards), lapply(names(margins), as_margin),
                control = control)
  one <- function(formula) {
    found <- svymean(formula, raked, na.rm = TRUE)
    n <- sum(!is.na(drawn[[all.vars(formula)]]))
    list(n = n, mean = as.numeric(coef(found)), se = as.numeric(SE(found)),
         interval = as.numeric(confint(found, df = n - 1)))
  }
  w <- weights(raked)
  list(weights = as.numeric(w), ratio = max(w) / min(w), n_eff = sum(w)^2 / sum(w^2),
       api00 = one(~api00), enroll = one(~enroll), partly = one(~partly),
       gap = max(sapply(names(margins), function(m)
         max(abs(tapply(w, drawn[[m]], sum) / margins[[m]] - 1)))))
}
tight <- list(maxit = 1000, epsilon = 1e-13)
write_json(list(made_by = paste("survey", packageVersion("survey")),
    rows = lapply(drawn[, c("stype", "sch.wide", "awards")], as.character),
    api00 = drawn$api00, enroll = drawn$enroll, partly = drawn$partly,
    margins = lapply(margins, function(t) as.list(setNames(as.numeric(t), names(t)))),
    start = as.numeric(1 + seq_len(nrow(drawn)) %% 3),
    from_one = described(rep(1, nrow(drawn)), tight),
    from_start = described(1 + seq_len(nrow(drawn)) %% 3, tight),
    r_default = described(rep(1, nrow(drawn)), list(maxit = 10, epsilon = 1))),
  "raking.json", digits = NA, auto_unbox = TRUE, na = "null")
