package server

import (
	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// FrameworkSource is where a framework's file comes from.
type FrameworkSource string

// The sources. Of frameworks with one id a published one takes the place of the
// shipped one, and one that the service was started with the place of both.
const (
	ShippedFramework   FrameworkSource = "shipped"
	PublishedFramework FrameworkSource = "published"
	FrameworkFromFile  FrameworkSource = "file"
)

// Framework is a framework as nights use it, and where it comes from.
type Framework struct {
	Rules       *eligibility.Framework
	Source      FrameworkSource
	File, Cases []byte // as read; Cases is empty where the service has none
	// Published is the publication; its Seq is 0 for other sources.
	Published family.PublishedFramework
}

// FrameworkFault is a framework's file that this program cannot use: what is
// next in line of the same id is in force instead, if there is anything.
type FrameworkFault struct {
	ID     string
	Source FrameworkSource
	Seq    uint64 // the publication's journal place; 0 for other sources
	Err    error  // with file, line and what to do
}

// Programmes are the frameworks that a night uses.
type Programmes struct {
	Frameworks []Framework      // by id
	Faults     []FrameworkFault // by id, the latest publication first
}
