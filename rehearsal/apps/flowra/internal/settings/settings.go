// Package settings reads Flowra's configuration: environment variables over the file over defaults.
package settings

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Defaults of the guide, by their place in config.yaml. FLOWRA_SERVER_READ_TIMEOUT is server.read_timeout.
var defaults = map[string]string{
	"env":                           "development",
	"server.host":                   "0.0.0.0",
	"server.port":                   "8080",
	"server.read_timeout":           "30s",
	"server.write_timeout":          "30s",
	"server.shutdown_timeout":       "10s",
	"mongodb.uri":                   "mongodb://localhost:27017",
	"mongodb.database":              "flowra",
	"mongodb.timeout":               "10s",
	"mongodb.max_pool_size":         "100",
	"redis.addr":                    "localhost:6379",
	"redis.password":                "",
	"redis.db":                      "0",
	"redis.pool_size":               "10",
	"keycloak.url":                  "http://localhost:8090",
	"keycloak.realm":                "flowra",
	"keycloak.client_id":            "flowra-backend",
	"keycloak.client_secret":        "",
	"keycloak.admin_username":       "",
	"keycloak.admin_password":       "",
	"auth.jwt_secret":               "",
	"auth.access_token_ttl":         "15m",
	"auth.refresh_token_ttl":        "7d",
	"eventbus.type":                 "redis",
	"eventbus.redis_channel_prefix": "events.",
	"log.level":                     "info",
	"log.format":                    "json",
	"websocket.read_buffer_size":    "1024",
	"websocket.write_buffer_size":   "1024",
	"websocket.ping_interval":       "30s",
	"websocket.pong_timeout":        "60s",
}

var durations = []string{"server.read_timeout", "server.write_timeout", "server.shutdown_timeout", "mongodb.timeout",
	"auth.access_token_ttl", "auth.refresh_token_ttl", "websocket.ping_interval", "websocket.pong_timeout"}
var numbers = []string{"server.port", "mongodb.max_pool_size", "redis.db", "redis.pool_size", "websocket.read_buffer_size",
	"websocket.write_buffer_size"}

// Settings are checked: what they hold is of its kind.
type Settings struct{ values map[string]string }

// In the folder in which the program was started.
const path = "configs/config.yaml"

// Read takes configs/config.yaml, where there is one, and the environment. It names all that is wrong.
func Read() (Settings, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return Settings{}, err
	}
	return From(text, path, os.Environ())
}

// From merges; path is for errors.
func From(file []byte, path string, environment []string) (Settings, error) {
	s := Settings{values: map[string]string{}}
	for key, value := range defaults {
		s.values[key] = value
	}
	var tree map[string]any
	if err := yaml.Unmarshal(file, &tree); err != nil {
		return s, fmt.Errorf("%s: %w", path, err)
	}
	var wrong []string
	for key, value := range flat("", tree) {
		if _, known := defaults[key]; !known {
			wrong = append(wrong, fmt.Sprintf("%s: %s is no setting", path, key))
		}
		s.values[key] = value
	}
	for _, line := range environment {
		name, value, _ := strings.Cut(line, "=")
		if key, known := variables[name]; known {
			s.values[key] = value
		}
	}
	wrong = append(wrong, s.wrong()...)
	if len(wrong) > 0 {
		sort.Strings(wrong)
		return s, errors.New(strings.Join(wrong, "\n"))
	}
	return s, nil
}

var variables = func() map[string]string {
	names := map[string]string{}
	for key := range defaults {
		names[variable(key)] = key
	}
	return names
}()

func variable(key string) string {
	return "FLOWRA_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

func flat(prefix string, tree map[string]any) map[string]string {
	out := map[string]string{}
	for key, value := range tree {
		if inner, ok := value.(map[string]any); ok {
			for k, v := range flat(prefix+key+".", inner) {
				out[k] = v
			}
		} else {
			out[prefix+key] = fmt.Sprint(value)
		}
	}
	return out
}

// Values are told only where they cannot be secrets.
func (s Settings) wrong() []string {
	var wrong []string
	for _, key := range durations {
		if _, err := duration(s.values[key]); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %q is no duration such as 30s, 15m or 7d", variable(key), s.values[key]))
		}
	}
	for _, key := range numbers {
		if _, err := strconv.Atoi(s.values[key]); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %q is no number", variable(key), s.values[key]))
		}
	}
	for key, allowed := range map[string][]string{
		"eventbus.type": {"redis", "inmemory"}, "log.level": {"debug", "info", "warn", "error"}, "log.format": {"json", "text"},
	} {
		if !contains(allowed, s.values[key]) {
			wrong = append(wrong, fmt.Sprintf("%s: %q is none of %s", variable(key), s.values[key], strings.Join(allowed, ", ")))
		}
	}
	return wrong
}

func contains(all []string, one string) bool {
	for _, each := range all {
		if each == one {
			return true
		}
	}
	return false
}

func duration(text string) (time.Duration, error) {
	if days, found := strings.CutSuffix(text, "d"); found {
		count, err := strconv.Atoi(days)
		return time.Duration(count) * 24 * time.Hour, err
	}
	return time.ParseDuration(text)
}

// Text of a setting by its place in config.yaml.
func (s Settings) Text(key string) string {
	value, known := s.values[key]
	if !known {
		panic("no setting " + key)
	}
	return value
}

// Duration of a setting.
func (s Settings) Duration(key string) time.Duration {
	value, _ := duration(s.Text(key))
	return value
}

// Number of a setting.
func (s Settings) Number(key string) int {
	value, _ := strconv.Atoi(s.Text(key))
	return value
}

// Set says which variables of Flowra are in the environment; names only.
func Set(environment []string) []string {
	names := []string{}
	for _, line := range environment {
		if name, _, _ := strings.Cut(line, "="); strings.HasPrefix(name, "FLOWRA_") {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}
