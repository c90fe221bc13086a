# Makes the two public extracts that what_aggregation_hides.ipynb reads.
#   cd notebooks/data && Rscript make_data.R
# Needs R with psych (bfi) and lme4 (InstEval). Not needed to run the notebooks.
suppressMessages({library(psych); library(lme4)})

# 2,577 persons, 25 personality items on 6 points (SAPA project), by education: one string of 25
# marks per person, 0-5 the index of the point, s where nothing was answered.
kept <- bfi[!is.na(bfi$education), ]
marks <- apply(kept[, 1:25], 1, function(r) paste(ifelse(is.na(r), "s", r - 1), collapse = ""))
write.csv(data.frame(education = kept$education, marks = marks), "bfi_answers.csv",
          row.names = FALSE, quote = FALSE)

# 73,421 ratings of 1,128 lecturers by students of ETH Zurich, 1-5: persons by lecturer and rating.
counts <- table(InstEval$d, InstEval$y)
write.csv(data.frame(lecturer = rownames(counts), unclass(counts)), "lecturer_ratings.csv",
          row.names = FALSE, quote = FALSE)
