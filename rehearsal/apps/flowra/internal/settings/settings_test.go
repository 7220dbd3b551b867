package settings

import (
	"testing"
	"time"
)

func TestPrecedence(t *testing.T) {
	s, err := From([]byte("server:\n  port: 9000\n  host: 127.0.0.1\n"), "config.yaml", []string{"FLOWRA_SERVER_PORT=9001"})
	if err != nil || s.Number("server.port") != 9001 || s.Text("server.host") != "127.0.0.1" || s.Duration("auth.refresh_token_ttl") != 7*24*time.Hour {
		t.Fatal(s, err)
	}
}

func TestAllThatIsWrong(t *testing.T) {
	_, err := From([]byte("server:\n  prot: 1\n"), "config.yaml", []string{"FLOWRA_SERVER_READ_TIMEOUT=soon", "FLOWRA_LOG_LEVEL=loud"})
	const want = `FLOWRA_LOG_LEVEL: "loud" is none of debug, info, warn, error
FLOWRA_SERVER_READ_TIMEOUT: "soon" is no duration such as 30s, 15m or 7d
config.yaml: server.prot is no setting`
	if err == nil || err.Error() != want {
		t.Fatal(err)
	}
}
