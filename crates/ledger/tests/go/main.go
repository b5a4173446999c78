// Checks a tiled log with Go's own packages: every entry against the tiles, the tiles against the
// signed checkpoint. Usage: check FOLDER VKEY
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

// folder reads tiles as C2SP tlog-tiles names them: like Go's, without the height.
type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// checkpoint opens the signed head: size and root.
func (f folder) checkpoint(vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	fail(err)
	signed, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	fail(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	fail(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	fail(err)
	root, err := tlog.ParseHash(lines[2])
	fail(err)
	fmt.Printf("opened %s; %d other signatures\n", lines[0], len(opened.UnverifiedSigs))
	return tlog.Tree{N: size, Hash: root}
}

// entries gives the entries of one bundle of up to 256.
func (f folder) entries(bundle int64, count int64) (entries [][]byte) {
	tile := tlog.Tile{H: 8, L: -1, N: bundle, W: int(count)}
	path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
	bytes, err := os.ReadFile(filepath.Join(string(f), path))
	fail(err)
	for len(bytes) > 0 {
		length := int(binary.BigEndian.Uint16(bytes))
		entries = append(entries, bytes[2:2+length])
		bytes = bytes[2+length:]
	}
	return entries
}

func main() {
	log := folder(os.Args[1])
	tree := log.checkpoint(os.Args[2])
	hashes := tlog.TileHashReader(tree, log)
	for seq := int64(0); seq < tree.N; {
		for _, entry := range log.entries(seq/width, min(width, tree.N-seq)) {
			proof, err := tlog.ProveRecord(tree.N, seq, hashes)
			fail(err)
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, seq, tlog.RecordHash(entry)); err != nil {
				fail(fmt.Errorf("entry %d: %w", seq, err))
			}
			seq++
		}
	}
	fmt.Printf("verified %d entries\n", tree.N)
}

func fail(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}
