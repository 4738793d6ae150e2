module affmatch/internal/lanes/coef

go 1.26.0
