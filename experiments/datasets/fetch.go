package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"affmatch/internal/whole"
)

// DataFolder is the environment variable that names a folder of data files, looked into before cache and network.
const DataFolder = "AFFMATCH_DATA"

// Waiting for a network that is not there must not try anybody's patience: a dead address costs dialTimeout, a silent
// server answerTimeout, and a transfer below slowest bytes a second is given up.
const (
	dialTimeout   = 2 * time.Second
	answerTimeout = 4 * time.Second
	slowest       = 50_000
)

// locate gives the path of a verified copy of r, downloading it if there is none.
func (r Remote) locate(ctx context.Context) (string, error) {
	var tried []string
	if folder := os.Getenv(DataFolder); folder != "" {
		path := filepath.Join(folder, r.Name)
		err := r.verify(path)
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("%s in the folder %s: %w", r.Name, DataFolder, err)
		}
		tried = append(tried, path)
	} else {
		tried = append(tried, DataFolder+" (not set)")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder: %w (tried %q)", err, tried)
	}
	path := filepath.Join(cache, "affmatch", r.Name)
	switch err := r.verify(path); {
	case err == nil:
		return path, nil
	case errors.Is(err, os.ErrNotExist):
		tried = append(tried, path)
	default:
		tried = append(tried, fmt.Sprintf("%s (%v)", path, err)) // a damaged copy is replaced, if it can be
	}
	var failed error
	for _, url := range r.URLs {
		if err := r.download(ctx, url, path); err == nil {
			return path, nil
		} else if ctx.Err() != nil {
			return "", err
		} else {
			failed = errors.Join(failed, err)
		}
		tried = append(tried, url)
	}
	if failed == nil {
		failed = errors.New("it has no address to download it from")
	}
	return "", fmt.Errorf("%s cannot be had: %w; tried %q; put the file into a folder and set %s to that folder", r.Name, failed, tried, DataFolder)
}

// verify says whether the file at path is r.
func (r Remote) verify(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return r.sum(f)
}

// sum holds content to the known sums.
func (r Remote) sum(content io.Reader) error {
	h := sha256.New()
	if _, err := io.Copy(h, content); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); !slices.Contains(r.SHA256, got) {
		return fmt.Errorf("SHA-256 is %s, want %s: another or a damaged file", got, r.SHA256[0])
	}
	return nil
}

// download brings url to path. The file appears there only whole and verified.
func (r Remote) download(ctx context.Context, url, path string) error {
	patience := dialTimeout + answerTimeout + time.Duration(r.Size/slowest)*time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: answerTimeout,
		DisableCompression:    true, // the sum is that of the bytes as published
		DisableKeepAlives:     true,
	}}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, answer.Status)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return whole.Write(path, func(w io.Writer) error {
		if err := r.sum(io.TeeReader(io.LimitReader(answer.Body, r.Size+1), w)); err != nil {
			return fmt.Errorf("%s: %w", url, err)
		}
		return nil
	})
}
