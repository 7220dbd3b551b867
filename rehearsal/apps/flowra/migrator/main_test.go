package main

import "testing"

func TestAReleaseDoesNotKnowANewerSchema(t *testing.T) {
	usual, newer := migrations("now"), migrations("new-schema")
	if err := known(len(newer), newer); err != nil {
		t.Error(err)
	}
	err := known(len(newer), usual)
	if err == nil || err.Error() != "the database has schema version 4, which is newer than the 3 of this release" {
		t.Error(err)
	}
}
