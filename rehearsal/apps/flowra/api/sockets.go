package main

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

var connections = promauto.NewGauge(prometheus.GaugeOpts{Name: "flowra_websocket_connections", Help: "Active WebSocket connections"})

// sockets are all open WebSockets, each with what is to be said on it.
type sockets struct {
	lock    sync.Mutex
	open    map[chan []byte]func()
	away    bool
	closing sync.WaitGroup
}

func newSockets() *sockets { return &sockets{open: map[chan []byte]func(){}} }

func (s *sockets) add(say chan []byte, leave func()) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.open[say] = leave
	s.closing.Add(1)
	connections.Inc()
	if s.away {
		leave()
	}
}

func (s *sockets) remove(say chan []byte) {
	s.lock.Lock()
	defer s.lock.Unlock()
	delete(s.open, say)
	s.closing.Done()
	connections.Dec()
}

// tell is for all; who does not listen misses it.
func (s *sockets) tell(text []byte) {
	s.lock.Lock()
	defer s.lock.Unlock()
	for say := range s.open {
		select {
		case say <- text:
		default:
		}
	}
}

func (s *sockets) goAway() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.away = true
	for _, leave := range s.open {
		leave()
	}
}

// wait for the other sides to say that they have gone, too.
func (s *sockets) wait(ctx context.Context) {
	gone := make(chan struct{})
	go func() {
		s.closing.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}

// socket says again what it is told, and tells of each new message.
func (a *api) socket(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{
		ReadBufferSize: a.settings.Number("websocket.read_buffer_size"), WriteBufferSize: a.settings.Number("websocket.write_buffer_size"),
		// Who may ask from a page elsewhere is settled before this, and a token is needed in any case.
		CheckOrigin: func(*http.Request) bool { return true },
	}
	if it, ok := w.(*recorded); ok {
		it.status = http.StatusSwitchingProtocols
		w = it.ResponseWriter
	}
	connection, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer connection.Close()
	leaving, leave := context.WithCancel(context.Background())
	say := make(chan []byte, 64)
	a.sockets.add(say, leave)
	defer a.sockets.remove(say)
	defer leave()
	ended := make(chan struct{})
	go a.write(connection, say, leaving, ended)
	a.read(connection, say, leaving)
	close(ended)
}

func (a *api) read(connection *websocket.Conn, say chan<- []byte, leaving context.Context) {
	deadline := func(string) error {
		return connection.SetReadDeadline(time.Now().Add(a.settings.Duration("websocket.pong_timeout")))
	}
	connection.SetPongHandler(deadline)
	connection.SetReadLimit(65536)
	_ = deadline("")
	for {
		_, text, err := connection.ReadMessage()
		if err != nil {
			return
		}
		select {
		case say <- text:
		case <-leaving.Done():
		}
	}
}

// write alone writes to the connection.
func (a *api) write(connection *websocket.Conn, say <-chan []byte, leaving context.Context, ended <-chan struct{}) {
	ping := time.NewTicker(a.settings.Duration("websocket.ping_interval"))
	defer ping.Stop()
	soon := func() time.Time { return time.Now().Add(5 * time.Second) }
	for {
		select {
		case text := <-say:
			_ = connection.SetWriteDeadline(soon())
			if connection.WriteMessage(websocket.TextMessage, text) != nil {
				_ = connection.Close()
				return
			}
		case <-ping.C:
			_ = connection.WriteControl(websocket.PingMessage, nil, soon())
		case <-leaving.Done():
			_ = connection.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, "shutting down"), soon())
			_ = connection.SetReadDeadline(time.Now().Add(2 * time.Second))
			return
		case <-ended:
			return
		}
	}
}

func (a *api) channel() string { return a.settings.Text("eventbus.redis_channel_prefix") + "message" }

func event(made message) []byte {
	text, _ := json.Marshal(map[string]any{"event": "message", "data": made})
	return text
}

// publish reaches the sockets of every API that runs, or of this one only.
func (a *api) publish(ctx context.Context, made message) error {
	if a.settings.Text("eventbus.type") == "inmemory" {
		a.sockets.tell(event(made))
		return nil
	}
	return a.redis.Publish(ctx, a.channel(), event(made)).Err()
}

// relayEvents subscribes again by itself when Redis was away.
func (a *api) relayEvents(asked context.Context) {
	if a.settings.Text("eventbus.type") == "inmemory" {
		return
	}
	subscription := a.redis.Subscribe(asked, a.channel())
	defer subscription.Close()
	events := subscription.Channel()
	for {
		select {
		case <-asked.Done():
			return
		case it, open := <-events:
			if !open {
				return
			}
			a.sockets.tell([]byte(it.Payload))
		}
	}
}
