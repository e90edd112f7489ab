package report

import (
	"fmt"
	"strings"
)

// answerView is the head of the page.
type answerView struct {
	Lead, Second string
	Light        lightView
	Why          []string
	Basis        string
	Quality      []qualityRow
	Floor        string
	HasMeasured  bool
	Labels       string
	Advice       []Advice
	Tables       []tableView
	TableMore    string
	Stages       []stageView
	StageMore    string
	Total        string
	HasCPU       bool
	HasPeak      bool
}

type lightView struct{ Class, Word, Means string }

type qualityRow struct {
	Name, Means        string
	Estimate, Interval string
	Measured, MeasInt  string
	Bar                bar
}

type tableView struct {
	Name, Rows string
	Notes      []string
}

type stageView struct {
	Name, Seconds, CPU, Peak string
	Bar                      bar
}

func newAnswer(r *Report, l limits) answerView {
	v := answerView{Basis: sentence(r.Quality.Basis), Why: list(r.Quality.Why, l.sentences), Light: light(r.Quality.Light)}
	v.Lead, v.Second = found(r)
	v.Quality, v.Floor = qualityRows(&r.Quality)
	for _, a := range first(r.Quality.Advice, l.advice) {
		v.Advice = append(v.Advice, Advice{sentence(a.What), sentence(a.Why), sentence(a.Gain)})
	}
	for _, t := range first(r.Tables, l.tables) {
		rows := plural(t.Rows, "row", "rows")
		if t.DuplicateFree {
			rows += ", each another person"
		}
		v.Tables = append(v.Tables, tableView{name(t.Name), rows, list(t.Notes, l.notes)})
	}
	v.TableMore = some(len(v.Tables), int64(len(r.Tables)))
	v.Stages, v.Total = stages(r, l)
	for _, s := range v.Stages {
		v.HasCPU, v.HasPeak = v.HasCPU || s.CPU != "", v.HasPeak || s.Peak != ""
	}
	for _, q := range v.Quality {
		v.HasMeasured = v.HasMeasured || q.Measured != "–"
	}
	if r.Quality.Labels > 0 {
		v.Labels = plural(r.Quality.Labels, "judged pair", "judged pairs")
	}
	v.StageMore = some(len(v.Stages), int64(len(r.Stages)))
	return v
}

// found says the answer in words.
func found(r *Report) (lead, second string) {
	a := r.Answer
	if a.Records == 0 {
		return "There were no records to link.", ""
	}
	lead = fmt.Sprintf("%s found in %s.", people(a.Persons), plural(a.Records, "record", "records"))
	switch {
	case a.Linked == 0:
		second = "No record was put together with another."
	default:
		second = fmt.Sprintf("%s with at least one other; the others stand alone.",
			belong(a.Linked))
	}
	if a.Pairs > 0 {
		second += " That makes " + plural(a.Pairs, "linked pair", "linked pairs") + "."
	}
	if a.Threshold > 0 {
		second += fmt.Sprintf(" Records were linked from a probability of %s.", round(a.Threshold))
	}
	if a.Mode != "" {
		second += " Compared: " + sentence(strings.TrimSuffix(a.Mode, ".")) + "."
	}
	return lead, second
}

func people(n int64) string { return plural(n, "person", "people") }

func belong(n int64) string {
	if n == 1 {
		return "1 record belongs"
	}
	return count(n) + " records belong"
}

func light(l Light) lightView {
	switch l {
	case Good:
		return lightView{"good", "Green: good", "fit for use, after the usual look at what is listed below"}
	case Doubtful:
		return lightView{"doubtful", "Amber: doubtful", "below the bar in something; look at what would help before using it"}
	case Poor:
		return lightView{"poor", "Red: poor", "not to be used as it is"}
	}
	return lightView{"unknown", "Not known", "the quality of this answer was not worked out"}
}

func qualityRows(q *Quality) (rows []qualityRow, floor string) {
	lo := least(q.Precision, q.Recall, q.F1, q.MeasuredPrecision, q.MeasuredRecall, q.MeasuredF1)
	add := func(name, means string, e, m Estimate, lo float64) {
		if !e.known() && !m.known() {
			return
		}
		drawn, measured := e, ""
		if m.known() {
			drawn, measured = m, m.text()
		}
		rows = append(rows, qualityRow{name, means, e.text(), e.interval(), dash(measured), m.interval(), estimateBar(drawn, lo)})
	}
	add("Precision", "of the linked pairs, how many are one person", q.Precision, q.MeasuredPrecision, lo)
	add("Recall", "of the pairs of one person, how many were linked", q.Recall, q.MeasuredRecall, lo)
	add("F1", "both in one figure", q.F1, q.MeasuredF1, lo)
	add("Lost in blocking", "of the pairs of one person, how many were never compared", q.BlockingLoss, Estimate{}, 0)
	if lo > 0 {
		floor = fmt.Sprintf("The bars of precision, recall and F1 begin at %s.", round(lo))
	}
	return rows, floor
}

func stages(r *Report, l limits) (out []stageView, total string) {
	longest, sum, cpu := 0.0, 0.0, 0.0
	for _, s := range r.Stages {
		if finite(s.Seconds) && finite(s.CPUSeconds) {
			longest, sum, cpu = max(longest, s.Seconds), sum+s.Seconds, cpu+s.CPUSeconds
		}
	}
	for _, s := range first(r.Stages, l.stages) {
		v := stageView{Name: name(s.Name), Seconds: seconds(s.Seconds), Bar: shareBar("one", s.Seconds/max(longest, 1e-9))}
		if s.CPUSeconds > 0 {
			v.CPU = seconds(s.CPUSeconds)
		}
		if s.PeakBytes > 0 {
			v.Peak = bytesText(s.PeakBytes)
		}
		out = append(out, v)
	}
	if len(out) > 0 {
		total = seconds(sum) + " in all"
		if cpu > 0 {
			total += ", " + seconds(cpu) + " of processor time"
		}
		if r.PeakBytes > 0 {
			total += ", at most " + bytesText(r.PeakBytes) + " of memory"
		}
	}
	return out, total
}

// columnView is a row of the table of columns.
type columnView struct {
	Name, Role, Why, Distinct, Limit string
	Filled                           []filledView
}

type filledView struct {
	Table, Text string
	Bar         bar
}

type columnsView struct {
	Columns []columnView
	More    string
}

func newColumns(r *Report, l limits) columnsView {
	v := columnsView{More: some(min(len(r.Columns), l.columns), int64(len(r.Columns)))}
	for _, c := range first(r.Columns, l.columns) {
		out := columnView{Name: name(c.Name), Role: name(c.Role), Why: sentence(c.Why),
			Distinct: count(c.Distinct), Limit: sentence(c.Limit)}
		for _, f := range first(c.Filled, l.tables) {
			fill := filledView{Text: "no rows", Bar: shareBar("one", 0)}
			if f.Rows > 0 {
				s := float64(f.Filled) / float64(f.Rows)
				fill.Text, fill.Bar = percent(s), shareBar("one", s)
			}
			if len(r.Tables) > 1 || len(c.Filled) > 1 {
				fill.Table = name(f.Table)
			}
			out.Filled = append(out.Filled, fill)
		}
		v.Columns = append(v.Columns, out)
	}
	return v
}
