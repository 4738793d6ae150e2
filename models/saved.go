package models

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"

	"affmatch/internal/fault"
)

// A checkpoint's file: the name of the format, its version (uint32), the length of the gob (uint64, both little-endian), its
// SHA-256, and the Checkpoint as encoding/gob writes it.
const (
	savedMagic   = "affmatch checkpoint\n"
	savedVersion = 1
	savedHead    = len(savedMagic) + 4 + 8 + sha256.Size
)

// Write writes the checkpoint, to be read by ReadCheckpoint. That a file appears whole or not at all is the caller's part.
func (c Checkpoint) Write(w io.Writer) error {
	var body bytes.Buffer
	if err := gob.NewEncoder(&body).Encode(c); err != nil {
		return fmt.Errorf("models: checkpoint: %w", err)
	}
	head := binary.LittleEndian.AppendUint32([]byte(savedMagic), savedVersion)
	head = binary.LittleEndian.AppendUint64(head, uint64(body.Len()))
	sum := sha256.Sum256(body.Bytes())
	for _, b := range [][]byte{append(head, sum[:]...), body.Bytes()} {
		if _, err := w.Write(b); err != nil {
			return fmt.Errorf("models: checkpoint: %w", err)
		}
	}
	return nil
}

// ReadCheckpoint reads what Write wrote, and refuses anything else: foreign files, other versions, damage.
func ReadCheckpoint(r io.Reader) (c Checkpoint, err error) {
	c, err = readCheckpoint(r)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("models: checkpoint: %w", err)
	}
	return c, nil
}

func readCheckpoint(r io.Reader) (c Checkpoint, err error) {
	defer fault.Guard(&err) // gob and tensor on a forged body
	head := make([]byte, savedHead)
	got, err := io.ReadFull(r, head)
	if shown := head[:min(got, len(savedMagic))]; string(shown) != savedMagic[:len(shown)] || got == 0 {
		return c, fault.Field("file", fmt.Sprintf("%q...", shown), fmt.Sprintf("a checkpoint, which begins with %q", savedMagic))
	}
	if err != nil {
		return c, fmt.Errorf("truncated: %d bytes of the %d of the head: %w", got, savedHead, err)
	}
	rest := head[len(savedMagic):]
	if v := binary.LittleEndian.Uint32(rest); v != savedVersion {
		return c, fault.Field("version", v, fmt.Sprint(savedVersion))
	}
	size, sum := binary.LittleEndian.Uint64(rest[4:]), rest[12:]
	var body bytes.Buffer // grows with what is there, not with what the head promises
	if _, err := io.Copy(&body, r); err != nil {
		return c, err
	}
	if uint64(body.Len()) != size {
		return c, fault.Field("length", body.Len(), fmt.Sprintf("%d, as its head says: truncated, or something follows", size))
	}
	if is := sha256.Sum256(body.Bytes()); !bytes.Equal(is[:], sum) {
		return c, errors.New("damaged: its content is not that of its SHA-256")
	}
	return c, gob.NewDecoder(&body).Decode(&c)
}
