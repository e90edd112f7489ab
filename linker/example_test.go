package linker_test

import (
	"context"
	"fmt"

	"github.com/hearthmatch/hearth/linker"
	"github.com/hearthmatch/hearth/linker/table"
)

// A file of invented people is linked with nothing said about it.
func Example() {
	ctx := context.Background()
	people, err := table.Read(ctx, "../testdata/people/people.csv", 2, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	job := &linker.Job{Tables: []*table.Table{people}, Workers: 2}
	result, err := linker.Link(ctx, job)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range job.Settings.Columns[:5] {
		fmt.Printf("%s is a %s\n", c.Name, c.As)
	}
	fmt.Println("records:", len(result.Cluster), "fewer people:", result.Clusters < len(result.Cluster))
	fmt.Println("the light is", result.Verdict().Light)
	// Output:
	// id is a record id
	// first_name is a forename
	// last_name is a surname
	// dob is a date of birth
	// sex is a sex
	// records: 627 fewer people: true
	// the light is green
}
