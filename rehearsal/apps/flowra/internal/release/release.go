// Package release says which release of Flowra this is and how it was told to behave.
package release

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Release is what release.json beside the folder bin holds. One set of programs so makes all versions.
type Release struct {
	Version string `json:"version"`
	// "now", "never", "crash", "bad-migration", "bad-worker" (it alone crashes), "new-schema" (one migration more), or the seconds until it
	// says that it is ready.
	Startup string `json:"startup"`
	began   time.Time
}

// Read takes the file of the program that runs, also when it was started through a link.
func Read() Release {
	found := Release{Version: "dev", Startup: "now", began: time.Now()}
	program, err := os.Executable()
	if err != nil {
		return found
	}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(program), "..", "release.json"))
	if err == nil {
		_ = json.Unmarshal(text, &found)
	}
	return found
}

// MayBeReady is false for as long as this release was made to be ill.
func (r Release) MayBeReady() bool {
	if r.Startup == "never" {
		return false
	}
	seconds, err := strconv.ParseFloat(r.Startup, 64)
	return err != nil || time.Since(r.began).Seconds() >= seconds
}

// Crashes is true for a release that was made to end right away.
func (r Release) Crashes() bool { return r.Startup == "crash" }
