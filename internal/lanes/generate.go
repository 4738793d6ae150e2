package lanes

//go:generate sh -c "cd coef && go run ."
