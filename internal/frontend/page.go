package frontend

import "github.com/lockvet/lockvet/internal/hot"

func hotPage(r *hot.Report) ([]byte, error) { return r.JSON(), nil }
