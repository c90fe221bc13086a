# Krippendorff's alpha (nominal) and percent agreement: every pair of codings counted one by one.
#   cd tests/reference && Rscript coders.R
# Written out in base R, because Debian has no package irr; where irr is installed, it must agree.

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", example C: nominal 0.743.
# The same matrix is irr's own example: irr::kripp.alpha(nmm, "nominal")$value is 0.743.
krippendorff <- matrix(c(
  1, 1, NA, 1, 2, 2, 3, 2, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 1, 2, 3, 4, 4, 4, 4, 4,
  1, 1, 2, 1, 2, 2, 2, 2, NA, 5, 5, 5, NA, NA, 1, 1, NA, NA, 3, NA), nrow = 4)

data(bfi, package = "psych")  # real answers: five items as five coders of 300 persons
bfi_items <- t(as.matrix(bfi[1:300, c("A1", "A2", "A3", "A4", "A5")]))

set.seed(4)
binary <- matrix(rbinom(2 * 60, 1, 0.2), nrow = 2)
binary[2, 1:30] <- binary[1, 1:30]
binary[2, 51:60] <- NA

cases <- list(
  krippendorff = krippendorff, bfi = unname(bfi_items), binary = binary,
  opposed = rbind(c(0, 0, 1, 1), c(1, 1, 0, 0)), one_text = rbind(0, 1),
  alike = rbind(c(1, 1, 1), c(1, 1, 1)), never_twice = rbind(c(1, NA), c(NA, 0))
)

alpha <- function(x) {  # via the matrix of coincidences
  levels <- sort(unique(c(x)))
  o <- matrix(0, length(levels), length(levels))
  for (u in seq_len(ncol(x))) {
    given <- match(x[!is.na(x[, u]), u], levels)
    m <- length(given)
    if (m < 2) next
    for (i in seq_len(m)) for (j in seq_len(m)) if (i != j) {
      o[given[i], given[j]] <- o[given[i], given[j]] + 1 / (m - 1)
    }
  }
  n_c <- rowSums(o)
  n <- sum(n_c)
  expected <- (n^2 - sum(n_c^2)) / (n - 1)
  if (n == 0 || expected == 0) return(NA)
  1 - (n - sum(diag(o))) / expected
}

percent <- function(x) {
  same <- c()
  for (u in seq_len(ncol(x))) {
    given <- x[!is.na(x[, u]), u]
    if (length(given) > 1) same <- c(same, combn(given, 2, function(p) p[1] == p[2]))
  }
  if (length(same)) mean(same) else NA
}

if (requireNamespace("irr", quietly = TRUE)) for (x in cases[1:4]) {
  stopifnot(all.equal(alpha(x), irr::kripp.alpha(x, "nominal")$value, tolerance = 1e-12))
}
stopifnot(round(alpha(krippendorff), 3) == 0.743)

number <- function(v) if (is.na(v)) "null" else formatC(v, digits = 17, format = "g")
row <- function(v) paste0("[", paste(ifelse(is.na(v), -1, v), collapse = ","), "]")
written <- sapply(names(cases), function(name) {
  x <- cases[[name]]
  sprintf('  "%s": {"alpha": %s, "percent": %s,\n    "ratings": [%s]}', name, number(alpha(x)),
          number(percent(x)), paste(apply(x, 1, row), collapse = ",\n      "))
})
writeLines(c("{", paste(written, collapse = ",\n"), "}"), "coders.json")
