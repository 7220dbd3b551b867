// The migrator brings the database to the newest schema. `migrator up` again changes nothing.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"flowra/internal/logging"
	"flowra/internal/release"
	"flowra/internal/settings"
	"flowra/internal/stores"
)

func main() {
	if len(os.Args) != 2 || os.Args[1] != "up" {
		fmt.Fprintln(os.Stderr, "usage: migrator up")
		os.Exit(2)
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run() error {
	what := release.Read()
	s, err := settings.Read()
	if err != nil {
		return err
	}
	if what.Crashes() {
		return errors.New("this version was built to crash")
	}
	database, err := stores.Mongo(s)
	if err != nil {
		return fmt.Errorf("failed to connect to MongoDB: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	return up(ctx, database, logging.New(os.Stdout, s), migrations(what.Startup))
}

type migration struct {
	name string
	do   func(context.Context, *mongo.Database) error
}

func migrations(startup string) []migration {
	all := []migration{
		{"chats by workspace", index("chats", "workspace_id")},
		{"messages by time", index("messages", "created_at")},
		{"jobs by time", index("jobs", "done_at")},
	}
	if startup == "new-schema" {
		all = append(all, migration{"chats by time", index("chats", "created_at")})
	}
	if startup == "bad-migration" {
		all = append(all, migration{"built to fail", func(context.Context, *mongo.Database) error { return errors.New("this migration was built to fail") }})
	}
	return all
}

func index(collection, key string) func(context.Context, *mongo.Database) error {
	return func(ctx context.Context, database *mongo.Database) error {
		_, err := database.Collection(collection).Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.D{{Key: key, Value: 1}}})
		return err
	}
}

// known fails for a database that a newer release has brought further, as the usual tools do.
func known(version int, all []migration) error {
	if version > len(all) {
		return fmt.Errorf("the database has schema version %d, which is newer than the %d of this release", version, len(all))
	}
	return nil
}

// up does what the database has not seen, in turn; after each its number is written, so that a failure is no lost work.
func up(ctx context.Context, database *mongo.Database, log *slog.Logger, all []migration) error {
	record := database.Collection("schema")
	var schema struct {
		Version int `bson:"version"`
	}
	if err := record.FindOne(ctx, bson.M{"_id": "schema"}).Decode(&schema); err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return fmt.Errorf("failed to connect to MongoDB: %w", err)
	}
	if err := known(schema.Version, all); err != nil {
		return err
	}
	for number := schema.Version + 1; number <= len(all); number++ {
		step := all[number-1]
		if err := step.do(ctx, database); err != nil {
			return fmt.Errorf("migration %d (%s): %w", number, step.name, err)
		}
		change := bson.M{"$set": bson.M{"version": number, "applied_at": time.Now().UTC()}}
		if _, err := record.UpdateByID(ctx, "schema", change, options.Update().SetUpsert(true)); err != nil {
			return fmt.Errorf("migration %d (%s) is done but not written down: %w", number, step.name, err)
		}
		log.Info("Migration applied", "number", number, "name", step.name)
	}
	log.Info("Schema is up to date", "version", len(all))
	return nil
}
