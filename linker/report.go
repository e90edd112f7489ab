package linker

import "github.com/hearthmatch/hearth/linker/report"

// Report tells what was found.
func (r *Result) Report() *report.Report { return &report.Report{} }
