# Makes invariance.json, which tests/analysis/test_invariance.py reads.
#   cd tests/reference && Rscript invariance.R
# Needs R with lavaan, psych and jsonlite. Not needed to run the tests.
suppressMessages(library(lavaan))
library(jsonlite)

# Real answers: psych::bfi, 2800 persons, 25 items on 6 points; reverse-keyed items marked -.
values <- as.matrix(psych::bfi[, 1:25])
education <- psych::bfi$education
keys <- list(agree = c("-A1", "A2", "A3", "A4", "A5"), conscientious = c("C1", "C2", "C3", "-C4", "-C5"),
             extraversion = c("-E1", "-E2", "E3", "E4", "E5"), neuroticism = c("N1", "N2", "N3", "N4", "N5"),
             openness = c("O1", "-O2", "O3", "O4", "-O5"))
equal <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"))

# Persons who answered every item, by group (row names of the table: group values, sorted).
of_level <- function(model, data, level, ...) {
  fit <- suppressWarnings(cfa(model, data, group = "group", group.equal = equal[[level]],
    meanstructure = TRUE, likelihood = "normal", control = list(iter.max = 10000), ...))
  # A solution that is not found, or with a variance that is not above 0, is no reference.
  variances <- unlist(lapply(lavInspect(fit, "est"), function(g) c(diag(g$theta), g$psi)))
  if (!lavInspect(fit, "converged") || min(variances) <= 0) return(list(found = FALSE))
  figures <- fitMeasures(fit, c("chisq", "df", "pvalue", "cfi", "rmsea", "baseline.chisq", "baseline.df"))
  estimates <- lapply(lavInspect(fit, "est"), function(g) list(loadings = as.numeric(g$lambda) / g$lambda[1],
    residuals = as.numeric(diag(g$theta)), means = as.numeric(g$nu + g$lambda %*% g$alpha)))
  c(list(found = TRUE), as.list(figures), list(estimates = unname(estimates)))
}
figures <- function(name, x, group, ...) {
  whole <- complete.cases(x) & !is.na(group)
  data <- data.frame(x[whole, ]); items <- colnames(data); data$group <- factor(group[whole])
  data <- data[order(data$group), ]
  model <- paste("f =~", paste(items, collapse = " + "))
  levels <- lapply(setNames(names(equal), names(equal)), function(l) of_level(model, data, l, ...))
  lost <- function(a, b) if (levels[[a]]$found && levels[[b]]$found) pchisq(
    levels[[b]]$chisq - levels[[a]]$chisq, levels[[b]]$df - levels[[a]]$df, lower.tail = FALSE)
  moments <- lapply(split(data[items], data$group), function(d) list(n = nrow(d),
    sums = as.numeric(colSums(d)), products = unname(crossprod(as.matrix(d)))))
  list(name = name, moments = unname(moments), levels = levels,
       p_lost = list(metric = lost("configural", "metric"), scalar = lost("metric", "scalar")))
}
real <- list()
add <- function(...) real[[length(real) + 1]] <<- figures(...)
for (dimension in names(keys)) {
  items <- sub("-", "", keys[[dimension]]); x <- values[, items]
  turned <- startsWith(keys[[dimension]], "-")
  x[, turned] <- 7 - x[, turned]
  add(paste(dimension, "by gender"), x, psych::bfi$gender)
  add(paste(dimension, "by education"), x, education)
  add(paste(dimension, "by gender, three items"), x[, 1:3], psych::bfi$gender)
}
# Fewer than 200 in each school: Holzinger and Swineford 1939.
school <- HolzingerSwineford1939
tests <- as.matrix(school[paste0("x", 1:9)])
add("visual by school", tests[, 1:3], school$school)
add("textual by school", tests[, 4:6], school$school)
add("speed by school", tests[, 7:9], school$school)
add("visual and textual by school", tests[, c(1, 2, 4, 5, 6)], school$school)
add("all nine by school", tests, school$school)
# Drawn answers to five points on which the search is slow, or finds nothing: weak loadings that
# differ between groups. The factor's variance is 1 in the first group, since a first item that
# hardly loads is a poor unit.
set.seed(1939)
for (draw in 1:18) {
  groups <- 2 + draw %% 3; items <- 3 + draw %% 4; n <- 200
  load <- c(0.25, 0.4, 0.6, 1.2)[1 + draw %% 4]
  of_group <- function(g) {
    opinion <- rnorm(n, rnorm(1, 0, 0.4), runif(1, 0.7, 1.4))
    given <- sapply(load * runif(items, 0.5, 1.5), function(l) 2 + rnorm(1, 0, 0.3) + l * opinion + rnorm(n))
    pmin(pmax(round(given), 0), 4)
  }
  x <- do.call(rbind, lapply(seq_len(groups), of_group)); colnames(x) <- paste0("i", seq_len(items))
  add(paste("drawn", draw), x, rep(seq_len(groups), each = n), std.lv = TRUE)
}
write_json(list(made_by = R.version.string, lavaan = as.character(packageVersion("lavaan")), real = real),
           "invariance.json", digits = NA, auto_unbox = TRUE)
