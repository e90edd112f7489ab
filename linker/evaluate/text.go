package evaluate

import (
	"fmt"
	"io"
	"strings"
)

// Text writes the result for people to read.
func (r *Result) Text(w io.Writer) error {
	var b strings.Builder
	r.strays(&b)
	if r.Clusters != nil {
		r.Clusters.text(&b)
	}
	for i := range r.Groups {
		r.Groups[i].text(&b)
	}
	if r.Edges != nil {
		b.WriteString("\nLinks (scored pairs, and the clusters that they connect)\n")
		fmt.Fprintf(&b, "  %9s %9s   %-26s %-26s %-26s %s\n", "threshold", "links", "links P R F1", "pairwise P R F1", "B3 P R F1", "largest")
		r.Edges.text(&b, "asked for")
		r.Curve.BestPairwise.text(&b, "best pairwise")
		r.Curve.BestBCubed.text(&b, "best B3")
		r.Curve.BestEdge.text(&b, "best links")
		for _, p := range r.Curve.Points {
			p.text(&b, "")
		}
	}
	if r.Calibration != nil {
		r.Calibration.text(&b)
	}
	if r.Labels != nil {
		r.Labels.text(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Result) strays(b *strings.Builder) {
	if r.OnlyFound > 0 {
		fmt.Fprintf(b, "%d records of the clusters are not in the truth and left out\n", r.OnlyFound)
	}
	if r.OnlyTruth > 0 {
		fmt.Fprintf(b, "%d records of the truth are in no cluster and left out\n", r.OnlyTruth)
	}
	if r.StrayPairs > 0 {
		fmt.Fprintf(b, "%d pairs name a record that is not in the truth, or one record twice, and are left out\n", r.StrayPairs)
	}
}

// String gives precision, recall and F1 to four places.
func (s Score) String() string {
	return fmt.Sprintf("%.4f %.4f %.4f", s.Precision, s.Recall, s.F1)
}

func (m *Metrics) text(b *strings.Builder) {
	fmt.Fprintf(b, "Clusters: %d records, %d found, %d true; largest %d found, %d true\n", m.Records, m.Found, m.True, m.Largest, m.LargestT)
	fmt.Fprintf(b, "  %-24s %s\n", "", "precision recall F1")
	fmt.Fprintf(b, "  %-24s %s\n", "pairs", m.Pairwise)
	fmt.Fprintf(b, "  %-24s %s\n", "B3, mean over records", m.BCubed)
	fmt.Fprintf(b, "  %-24s %s\n", "whole clusters", m.Exact)
	fmt.Fprintf(b, "  homogeneity %.4f, completeness %.4f, V %.4f, adjusted Rand %.4f\n", m.Homogeneity, m.Completeness, m.V, m.AdjustedRand)
	fmt.Fprintf(b, "  %d found clusters hold several people, %d people lie in several\n", m.OverMerged, m.UnderMerged)
}

// String gives the estimate and its bounds to four places.
func (i Interval) String() string { return fmt.Sprintf("%.4f (%.4f–%.4f)", i.Value, i.Low, i.High) }

func (g *Groups) text(b *strings.Builder) {
	fmt.Fprintf(b, "\nBy %s, with 95 %% intervals\n  %-16s %9s %10s  %-25s %-25s %s\n", g.Column, "", "records", "true pairs", "precision", "recall", "F1")
	for _, one := range g.Groups {
		fmt.Fprintf(b, "  %-16s %9d %10.0f  %-25s %-25s %s\n", one.Name, one.Records, one.TruePairs, one.Precision, one.Recall, one.F1)
	}
	if g.Best != "" {
		fmt.Fprintf(b, "  gap from %s to %s: %s\n", g.Best, g.Worst, g.Gap)
	}
}

func (p Point) text(b *strings.Builder, title string) {
	fmt.Fprintf(b, "  %9.4f %9d   %-26s %-26s %-26s %7d %s\n", p.Threshold, p.Edges, p.Edge, p.Pairwise, p.BCubed, p.Largest, title)
}

func (c *Calibration) text(b *strings.Builder) {
	fmt.Fprintf(b, "\nProbabilities: %d pairs, expected calibration error %.4f, Brier %.4f\n", c.Pairs, c.ECE, c.Brier)
	fmt.Fprintf(b, "  from 0.1 to 0.9: %d pairs, said %.3f, true %.3f, error %.4f\n", c.BandPairs, c.BandSaid, c.BandTrue, c.BandECE)
	for _, one := range c.Bins {
		if one.Pairs > 0 {
			fmt.Fprintf(b, "  %5.3f–%5.3f %9d pairs: said %.3f, true %.3f (%.3f–%.3f)\n", one.From, one.To, one.Pairs, one.Said, one.True, one.Low, one.High)
		}
	}
}

func (l *Labelled) text(b *strings.Builder) {
	fmt.Fprintf(b, "\nLabels: %d pairs, %d of one person", l.Pairs, l.Same)
	if l.Stray > 0 {
		fmt.Fprintf(b, ", %d not in the clusters", l.Stray)
	}
	b.WriteString("\n")
	if l.Clusters != nil {
		fmt.Fprintf(b, "  %-24s %s\n", "by clusters", *l.Clusters)
	}
	if l.Edges != nil {
		fmt.Fprintf(b, "  %-24s %s\n", "by links", *l.Edges)
	}
}
