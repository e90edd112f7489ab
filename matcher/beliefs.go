package matcher

// beliefs are M of each level before any data, missing first. They matter where
// data are few, and as the first step of EM.
var beliefs = map[Kind][]float64{
	Forename:   {1, .775, .04, .005, .006, .012, .03, .04, .015, .012, .008, .007, .012, .003, .035},
	Surname:    {1, .825, .03, .005, .008, .008, .001, .03, .01, .015, .006, .005, .004, .003, .05},
	Date:       {1, .89, .01, .01, .02, .005, .007, .01, .01, .01, .01, .01, .008},
	Code:       {1, .98, .02},
	Postcode:   {1, .60, .02, .08, .10, .08, .12},
	Identifier: {1, .97, .015, .015},
	Keys:       {1, .90, .10},
	Role:       {1, .85, .15},
	Span:       {1, .75, .22, .02, .01},
	Text:       {1, .75, .03, .02, .04, .04, .02, .03, .07},
	Address:    {1, .60, .05, .06, .05, .06, .03, .03, .12},
	Number:     {1, .83, .03, .005, .015, .12},
	Email:      {1, .75, .03, .01, .04, .05, .02, .10},
	Phone:      {1, .70, .04, .02, .005, .015, .22},
	Point:      {1, .65, .08, .08, .07, .05, .07},
}

// likeStrangers are U of each level, missing first, for data of unknown making:
// how two people with nothing to do with each other compare. A sample of pairs
// that never shows a level says only that it is rare; this says how rare it is
// likely to be.
var likeStrangers = map[Kind][]float64{
	Forename:   {1, .008, .0005, .0001, .0001, .0008, .002, .001, .008, .001, .001, .004, .004, .0005, .969},
	Surname:    {1, .003, .0003, .0001, .00005, .0004, .00005, .0008, .006, .001, .0008, .004, .001, .0005, .982},
	Date:       {1, .00005, .00005, .00004, .0006, .00005, .0006, .0002, .0005, .0016, .04, .41, .54631},
	Code:       {1, .5, .5},
	Postcode:   {1, .0005, .0005, .003, .01, .08, .906},
	Identifier: {1, .000001, .000005, .999994},
	Keys:       {1, .001, .999},
	Role:       {1, .001, .999},
	Span:       {1, .3, .3, .1, .3},
	Text:       {1, .02, .001, .0002, .002, .003, .01, .01, .9538},
	Address:    {1, .0002, .0002, .0001, .0003, .002, .002, .02, .9752},
	Number:     {1, .02, .10, .005, .02, .855},
	Email:      {1, .00001, .00001, .0001, .0001, .005, .005, .98978},
	Phone:      {1, .00005, .00005, .00005, .00002, .00002, .99981},
	Point:      {1, .001, .005, .03, .1, .2, .664},
}
