package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// keyBytes is the length of a key.
const keyBytes = 32

// errKey tells what a key file may hold.
var errKey = fmt.Errorf("a key file holds %d bytes as they are, in hexadecimal or in base64; "+
	"make one with `head -c 32 /dev/urandom > FILE` and keep it apart from the data", keyBytes)

// readKey reads the key in a file; nil if no file is named.
func readKey(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--key-file: %w", pathless(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 1024))
	if err != nil {
		return nil, fmt.Errorf("--key-file: %w", pathless(err))
	}
	return parseKey(data)
}

func parseKey(data []byte) ([]byte, error) {
	if len(data) == keyBytes {
		return data, nil
	}
	text := string(bytes.TrimSpace(data))
	for _, decode := range []func(string) ([]byte, error){
		hex.DecodeString, base64.StdEncoding.DecodeString, base64.RawStdEncoding.DecodeString,
		base64.URLEncoding.DecodeString, base64.RawURLEncoding.DecodeString,
	} {
		if key, err := decode(text); err == nil && len(key) == keyBytes {
			return key, nil
		}
	}
	return nil, errKey
}

// pathless takes the system call's name and the path off an error of package
// os; the caller names the file in its own words.
func pathless(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
