// Package stores opens Flowra's database, cache and queue, and counts what is asked of them.
package stores

import (
	"context"
	"net"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/redis/go-redis/v9"
	"go.mongodb.org/mongo-driver/event"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"

	"flowra/internal/settings"
)

// Names of what is shared by the API and the worker.
const (
	// Jobs is a list of JSON documents; Taken holds those that a worker has begun.
	Jobs  = "flowra:jobs"
	Taken = "flowra:jobs:taken"
)

// Job is written by the API for each message and done by the worker.
type Job struct {
	ID   string `json:"id" bson:"_id"`
	Text string `json:"text" bson:"text"`
}

var (
	mongoOperations = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "flowra_mongodb_operations_total", Help: "MongoDB operations",
	}, []string{"operation", "status"})
	redisOperations = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "flowra_redis_operations_total", Help: "Redis operations",
	}, []string{"operation", "status"})
)

// Mongo connects when it is first asked something.
func Mongo(s settings.Settings) (*mongo.Database, error) {
	timeout := s.Duration("mongodb.timeout")
	client, err := mongo.Connect(context.Background(), options.Client().ApplyURI(s.Text("mongodb.uri")).
		// What is answered is on the disk: a server that is killed has it afterwards.
		SetWriteConcern(writeconcern.Journaled()).
		SetMaxPoolSize(uint64(s.Number("mongodb.max_pool_size"))).
		SetConnectTimeout(timeout).SetServerSelectionTimeout(timeout).
		SetMonitor(&event.CommandMonitor{
			Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) {
				mongoOperations.WithLabelValues(e.CommandName, "ok").Inc()
			},
			Failed: func(_ context.Context, e *event.CommandFailedEvent) {
				mongoOperations.WithLabelValues(e.CommandName, "error").Inc()
			},
		}))
	if err != nil {
		return nil, err
	}
	return client.Database(s.Text("mongodb.database")), nil
}

// Redis connects when it is first asked something.
func Redis(s settings.Settings) *redis.Client {
	client := redis.NewClient(&redis.Options{
		Addr: s.Text("redis.addr"), Password: s.Text("redis.password"), DB: s.Number("redis.db"), PoolSize: s.Number("redis.pool_size"),
	})
	client.AddHook(counter{})
	return client
}

type counter struct{}

func (counter) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		return next(ctx, network, address)
	}
}

func (counter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, command redis.Cmder) error {
		err := next(ctx, command)
		status := "ok"
		if err != nil && err != redis.Nil {
			status = "error"
		}
		redisOperations.WithLabelValues(command.Name(), status).Inc()
		return err
	}
}

func (counter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, commands []redis.Cmder) error { return next(ctx, commands) }
}
