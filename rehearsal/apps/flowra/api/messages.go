package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"flowra/internal/stores"
)

type message struct {
	ID        string    `json:"id" bson:"_id"`
	Text      string    `json:"text" bson:"text"`
	Version   string    `json:"version" bson:"version"`
	CreatedAt time.Time `json:"created_at" bson:"created_at"`
}

// failed tells the log what happened and the caller that it did.
func (a *api) failed(w http.ResponseWriter, what string, err error) {
	a.log.Error("failed to connect to "+what, "error", err.Error())
	refuse(w, http.StatusServiceUnavailable, "failed to connect to "+what)
}

// messages are the last twenty, and how many there are.
func (a *api) messages(w http.ResponseWriter, r *http.Request) {
	all := a.database.Collection("messages")
	cursor, err := all.Find(r.Context(), bson.M{}, options.Find().SetSort(bson.M{"created_at": -1}).SetLimit(20))
	found := []message{}
	if err == nil {
		err = cursor.All(r.Context(), &found)
	}
	count := int64(0)
	if err == nil {
		// Each of them: what MongoDB notes of their number is wrong for a while after it was killed.
		count, err = all.CountDocuments(r.Context(), bson.M{})
	}
	if err != nil {
		a.failed(w, "MongoDB", err)
		return
	}
	answer(w, http.StatusOK, map[string]any{"version": a.what.Version, "count": count, "messages": found})
}

// newMessage writes {"text"} down, gives the worker a job for it and tells all WebSockets.
func (a *api) newMessage(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Text string }
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, 65536)).Decode(&asked) != nil || asked.Text == "" {
		refuse(w, http.StatusBadRequest, `send {"text": …}`)
		return
	}
	made := message{ID: primitive.NewObjectID().Hex(), Text: asked.Text, Version: a.what.Version, CreatedAt: time.Now().UTC()}
	if _, err := a.database.Collection("messages").InsertOne(r.Context(), made); err != nil {
		a.failed(w, "MongoDB", err)
		return
	}
	job, _ := json.Marshal(stores.Job{ID: made.ID, Text: made.Text})
	err := a.redis.RPush(r.Context(), stores.Jobs, job).Err()
	if err == nil {
		err = a.publish(r.Context(), made)
	}
	if err != nil {
		a.failed(w, "Redis", err)
		return
	}
	answer(w, http.StatusCreated, made)
}

// job says which version of the worker did what a message asked for; 404 until then.
func (a *api) job(w http.ResponseWriter, r *http.Request) {
	found := struct {
		Version string `json:"version" bson:"version"`
	}{}
	err := a.database.Collection("jobs").FindOne(r.Context(), bson.M{"_id": r.PathValue("id")}).Decode(&found)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		refuse(w, http.StatusNotFound, "no such job, or not done yet")
	case err != nil:
		a.failed(w, "MongoDB", err)
	default:
		answer(w, http.StatusOK, found)
	}
}

// jobs is how many the worker has done and how many wait for it.
func (a *api) jobs(w http.ResponseWriter, r *http.Request) {
	done, err := a.database.Collection("jobs").EstimatedDocumentCount(r.Context())
	if err != nil {
		a.failed(w, "MongoDB", err)
		return
	}
	waiting, err := a.redis.LLen(r.Context(), stores.Jobs).Result()
	if err != nil {
		a.failed(w, "Redis", err)
		return
	}
	answer(w, http.StatusOK, map[string]any{"version": a.what.Version, "done": done, "waiting": waiting})
}
