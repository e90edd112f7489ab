package matcher

// beliefs are M of each level before any data, missing first. They matter where
// data are few, and as the first step of EM.
var beliefs = map[Kind][]float64{
	Forename:   {1, .80, .04, .005, .03, .04, .015, .01, .02, .04},
	Surname:    {1, .85, .03, .005, .001, .03, .01, .01, .004, .06},
	Date:       {1, .92, .01, .01, .02, .005, .005, .01, .01, .01},
	Code:       {1, .98, .02},
	Postcode:   {1, .60, .02, .08, .10, .20},
	Identifier: {1, .97, .015, .015},
	Keys:       {1, .90, .10},
	Role:       {1, .85, .15},
	Span:       {1, .75, .22, .02, .01},
	Text:       {1, .85, .15},
	Address:    {1, .75, .25},
	Number:     {1, .85, .15},
	Email:      {1, .85, .15},
	Phone:      {1, .75, .25},
	Point:      {1, .75, .25},
}
