// Package frameworks holds the files of the frameworks that hearth ships, each
// with its cases beside it: sf-2022.yaml and sf-2022.cases.txt. It decides
// nothing; package eligibility reads the files and package trial runs the cases.
package frameworks

import "embed"

// Files are the frameworks and their cases.
//
//go:embed *.yaml *.cases.txt
var Files embed.FS
