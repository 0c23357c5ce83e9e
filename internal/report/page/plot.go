package page

import (
	"fmt"
	"strings"
	"time"

	"github.com/lockvet/lockvet/internal/hot"
)

// A plot is a number over the time of a trace. All plots of a page have the same time.
type plot struct {
	Says   string
	Points string // of a polyline
	Top    string // the number at the upper edge
	Until  time.Duration
}

// The size of plots.
const (
	plotWidth  = 600
	plotHeight = 80
)

// newPlot draws n values; at gives their times and sizes.
func newPlot(says string, until time.Duration, n int, at func(i int) (time.Duration, float64)) plot {
	top := 1.0
	for i := range n {
		_, v := at(i)
		top = max(top, v)
	}
	var b strings.Builder
	for i := range n {
		t, v := at(i)
		fmt.Fprintf(&b, "%.1f,%.1f ", float64(t)/float64(max(until, 1))*plotWidth, plotHeight-v/top*(plotHeight-4))
	}
	number := fmt.Sprintf("%.1f", top)
	return plot{Says: says, Points: b.String(), Top: strings.TrimSuffix(number, ".0"), Until: until}
}

// overTime draws values of equal parts of the time of a trace.
func overTime(says string, until time.Duration, values []float64) plot {
	return newPlot(says, until, len(values), func(i int) (time.Duration, float64) {
		return until * time.Duration(i) / time.Duration(max(1, len(values)-1)), values[i]
	})
}

func lockPlot(r *hot.Report, l *hot.Lock) plot {
	return overTime(fmt.Sprintf("Goroutines that wait, over the time of the trace; at most %d at a time", l.Peak), r.Traced, l.Series)
}

// queuePlots draws who waits to send to each channel, and how deep queues are.
func queuePlots(r *hot.Report) (plots []plot) {
	for _, q := range r.Queues {
		if q.Sending != nil {
			plots = append(plots, overTime("Goroutines that wait to send to "+hot.Name(q.Class)+", over the time of the trace", r.Traced, q.Sending))
		}
	}
	names, of := r.DepthOf()
	for _, name := range names {
		list := of[name]
		until, deepest := r.Traced, 0
		for _, d := range list {
			until, deepest = max(until, d.At), max(deepest, d.Len)
		}
		plots = append(plots, newPlot(fmt.Sprintf("Depth of %s, over the time of the trace; at most %d", name, deepest), until, len(list), func(i int) (time.Duration, float64) {
			return list[i].At, float64(list[i].Len)
		}))
	}
	return plots
}
