// Package logging writes lines in the form of Flowra's guide.
package logging

import (
	"io"
	"log/slog"
	"time"

	"flowra/internal/settings"
)

// New logs at log.level, as log.format, with times in UTC to the second.
func New(out io.Writer, s settings.Settings) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.Text("log.level")))
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(groups) == 0 {
			return slog.String(slog.TimeKey, a.Value.Time().UTC().Format(time.RFC3339))
		}
		return a
	}}
	if s.Text("log.format") == "text" {
		return slog.New(slog.NewTextHandler(out, options))
	}
	return slog.New(slog.NewJSONHandler(out, options))
}
