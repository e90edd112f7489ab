package splink_test

import (
	"context"
	"fmt"

	"github.com/hearthmatch/hearth/linker/splink"
	"github.com/hearthmatch/hearth/linker/table"
)

// A model as Splink saves it is laid over a table and weighs its pairs.
func Example() {
	model, err := splink.Load([]byte(`{
		"link_type": "dedupe_only",
		"probability_two_random_records_match": 0.25,
		"blocking_rules_to_generate_predictions": [{"blocking_rule": "l.born = r.born", "sql_dialect": "duckdb"}],
		"comparisons": [{"output_column_name": "name", "comparison_levels": [
			{"sql_condition": "\"name_l\" IS NULL OR \"name_r\" IS NULL", "is_null_level": true},
			{"sql_condition": "jaro_winkler_similarity(\"name_l\", \"name_r\") >= 0.9", "label_for_charts": "alike",
				"m_probability": 0.9, "u_probability": 0.1},
			{"sql_condition": "ELSE", "m_probability": 0.1, "u_probability": 0.9}]}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	people := &table.Table{Name: "people", Rows: 3, Columns: []table.Column{
		{Name: "unique_id", Values: []string{"", "7", "8", "9"}, Cells: []uint32{1, 2, 3}},
		{Name: "name", Values: []string{"", "TAMSIN HEXT", "TAMSYN HEXT", "NYE FURZE"}, Cells: []uint32{1, 2, 3}},
		{Name: "born", Values: []string{"", "1990"}, Cells: []uint32{1, 1, 1}},
	}}
	pairs, err := model.Predict(context.Background(), []*table.Table{people}, splink.Options{})
	for _, p := range pairs {
		fmt.Printf("%d %d: %.3f bits, %.2f\n", p.A, p.B, p.Weight, p.Probability)
	}
	fmt.Println(err)
	// Output:
	// 0 1: 1.585 bits, 0.75
	// 0 2: -4.755 bits, 0.04
	// 1 2: -4.755 bits, 0.04
	// <nil>
}
