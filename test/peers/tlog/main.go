// Reads a log that Ephor wrote, with the packages that the Go checksum database is made of, and answers with one of
// its own over the same leaves. Usage: tlog DIR
//
// DIR holds "vkey", "origin", checkpoints ("checkpoint", "checkpoints/SIZE"), C2SP tiles and "proofs.json".
// Writes "answer.json"; exits 1 when anything of Ephor's does not hold, naming it.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

type claim struct {
	Kind  string   `json:"kind"`
	Index int64    `json:"index"`
	From  int64    `json:"from"`
	Size  int64    `json:"size"`
	Proof [][]byte `json:"proof"`
}

type answer struct {
	Vkey        string            `json:"vkey"`
	Note        string            `json:"note"`
	Roots       map[string][]byte `json:"roots"`
	Inclusion   []claim           `json:"inclusion"`
	Consistency []claim           `json:"consistency"`
	Checks      int               `json:"checks"`
}

type peer struct {
	dir    string
	checks int
}

func main() {
	p := &peer{dir: os.Args[1]}
	if err := p.run(); err != nil {
		fmt.Fprintln(os.Stderr, "go tlog peer:", err)
		os.Exit(1)
	}
}

func (p *peer) run() error {
	head, err := p.open("checkpoint")
	if err != nil {
		return err
	}
	leaves, err := p.leaves(head.N)
	if err != nil {
		return err
	}
	own := newTree(leaves)
	if err := p.checkHeads(own); err != nil {
		return err
	}
	if err := p.checkTiles(head, own); err != nil {
		return err
	}
	claims, err := p.checkProofs(own)
	if err != nil {
		return err
	}
	return p.answer(head, own, claims)
}

// open reads a checkpoint: its signature by note.Open, its body by the C2SP text format. An altered one must not open.
func (p *peer) open(name string) (tlog.Tree, error) {
	msg, err := p.read(name)
	if err != nil {
		return tlog.Tree{}, err
	}
	vkey, err := p.read("vkey")
	if err != nil {
		return tlog.Tree{}, err
	}
	verifier, err := note.NewVerifier(string(vkey))
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(msg, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("%s: %w", name, err)
	}
	altered := append([]byte(nil), msg...)
	altered[0] ^= 1
	if _, err := note.Open(altered, note.VerifierList(verifier)); err == nil {
		return tlog.Tree{}, fmt.Errorf("%s: opens when altered", name)
	}
	origin, err := p.read("origin")
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != string(origin) || lines[3] != "" {
		return tlog.Tree{}, fmt.Errorf("%s: unexpected body %q", name, opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	p.checks += 2
	return tlog.Tree{N: size, Hash: root}, err
}

// leaves reads every entry bundle and hashes its entries.
func (p *peer) leaves(size int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for n := int64(0); n*256 < size; n++ {
		tile := tlog.Tile{H: tileHeight, L: 0, N: n, W: int(min(256, size-n*256))}
		bundle, err := p.read(strings.Replace(c2spPath(tile), "tile/0/", "tile/entries/", 1))
		if err != nil {
			return nil, err
		}
		for len(bundle) > 0 {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("bundle %d is cut off", n)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			hashes = append(hashes, tlog.RecordHash(bundle[2:end]))
			bundle = bundle[end:]
		}
	}
	if int64(len(hashes)) != size {
		return nil, fmt.Errorf("%d entries for a tree of %d", len(hashes), size)
	}
	return hashes, nil
}

// tree keeps every hash of the log, as the checksum database does.
type tree struct {
	hashes []tlog.Hash
	size   int64
}

func newTree(leaves []tlog.Hash) *tree {
	t := &tree{}
	for _, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(t.size, leaf, t)
		if err != nil {
			panic(err)
		}
		t.hashes = append(t.hashes, hashes...)
		t.size++
	}
	return t
}

func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(t.hashes)) {
			return nil, errors.New("no such hash")
		}
		out[i] = t.hashes[index]
	}
	return out, nil
}

func (p *peer) checkHeads(own *tree) error {
	files, err := os.ReadDir(filepath.Join(p.dir, "checkpoints"))
	if err != nil {
		return err
	}
	for _, file := range files {
		head, err := p.open(filepath.Join("checkpoints", file.Name()))
		if err != nil {
			return err
		}
		root, err := tlog.TreeHash(head.N, own)
		if err != nil {
			return err
		}
		if root != head.Hash {
			return fmt.Errorf("checkpoint of %d has another root", head.N)
		}
		p.checks++
	}
	return nil
}

// checkTiles compares every tile with the one Go makes, then reads leaves through them as a client would.
func (p *peer) checkTiles(head tlog.Tree, own *tree) error {
	for _, tile := range allTiles(head.N) {
		want, err := tlog.ReadTileData(tile, own)
		if err != nil {
			return err
		}
		have, err := p.read(c2spPath(tile))
		if err != nil {
			return err
		}
		if string(have) != string(want) {
			return fmt.Errorf("%s differs", c2spPath(tile))
		}
		p.checks++
	}
	reader := tlog.TileHashReader(head, p)
	for n := int64(0); n < head.N; n += max(1, head.N/97) {
		proof, err := tlog.ProveRecord(head.N, n, reader)
		if err != nil {
			return fmt.Errorf("proving %d from tiles: %w", n, err)
		}
		leaf, err := own.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, head.N, head.Hash, n, leaf[0]); err != nil {
			return err
		}
		p.checks++
	}
	return nil
}

// allTiles lists the tiles of a tree, whole ones and the partial one of each level.
func allTiles(size int64) []tlog.Tile {
	var tiles []tlog.Tile
	for level, count := 0, size; count > 0; level, count = level+1, count>>tileHeight {
		for n := int64(0); n*256 < count; n++ {
			tiles = append(tiles, tlog.Tile{H: tileHeight, L: level, N: n, W: int(min(256, count-n*256))})
		}
	}
	return tiles
}

func (p *peer) checkProofs(own *tree) ([]claim, error) {
	text, err := p.read("proofs.json")
	if err != nil {
		return nil, err
	}
	var claims []claim
	if err := json.Unmarshal(text, &claims); err != nil {
		return nil, err
	}
	for _, c := range claims {
		if err := check(own, c, 0); err != nil {
			return nil, fmt.Errorf("%s proof %+v: %w", c.Kind, c, err)
		}
		if len(c.Proof) > 0 && check(own, c, 1) == nil {
			return nil, fmt.Errorf("%s proof of %d holds when altered", c.Kind, c.Size)
		}
		p.checks += 2
	}
	return claims, nil
}

// check verifies a claim with its first proof hash changed by flip.
func check(own *tree, c claim, flip byte) error {
	root, err := tlog.TreeHash(c.Size, own)
	if err != nil {
		return err
	}
	hashes := make([]tlog.Hash, len(c.Proof))
	for i, hash := range c.Proof {
		copy(hashes[i][:], hash)
	}
	if len(hashes) > 0 {
		hashes[0][0] ^= flip
	}
	if c.Kind == "inclusion" {
		leaf, err := own.ReadHashes([]int64{tlog.StoredHashIndex(0, c.Index)})
		if err != nil {
			return err
		}
		return tlog.CheckRecord(hashes, c.Size, root, c.Index, leaf[0])
	}
	old, err := tlog.TreeHash(c.From, own)
	if err != nil {
		return err
	}
	return tlog.CheckTree(hashes, c.Size, root, c.From, old)
}

// answer signs the head with a key of its own and proves the same claims, for Ephor to check in turn.
func (p *peer) answer(head tlog.Tree, own *tree, claims []claim) error {
	origin, err := p.read("origin")
	if err != nil {
		return err
	}
	skey, vkey, err := note.GenerateKey(nil, string(origin))
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return err
	}
	body := fmt.Sprintf("%s\n%d\n%s\n", origin, head.N, base64.StdEncoding.EncodeToString(head.Hash[:]))
	signed, err := note.Sign(&note.Note{Text: body}, signer)
	if err != nil {
		return err
	}
	a := answer{Vkey: vkey, Note: string(signed), Roots: map[string][]byte{}, Checks: p.checks}
	for _, c := range claims {
		root, err := tlog.TreeHash(c.Size, own)
		if err != nil {
			return err
		}
		a.Roots[strconv.FormatInt(c.Size, 10)] = root[:]
		if c.Kind == "inclusion" {
			proof, err := tlog.ProveRecord(c.Size, c.Index, own)
			if err != nil {
				return err
			}
			c.Proof = bytesOf(proof)
			a.Inclusion = append(a.Inclusion, c)
			continue
		}
		proof, err := tlog.ProveTree(c.Size, c.From, own)
		if err != nil {
			return err
		}
		c.Proof = bytesOf(proof)
		a.Consistency = append(a.Consistency, c)
	}
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.dir, "answer.json"), text, 0o644)
}

func bytesOf(hashes []tlog.Hash) [][]byte {
	out := make([][]byte, len(hashes))
	for i := range hashes {
		out[i] = hashes[i][:]
	}
	return out
}

// c2spPath is a tile's path in C2SP tlog-tiles, which leaves out the height that the checksum database puts first.
func c2spPath(t tlog.Tile) string {
	return strings.Replace(t.Path(), "tile/8/", "tile/", 1)
}

func (p *peer) read(name string) ([]byte, error) { return os.ReadFile(filepath.Join(p.dir, name)) }

// Height, ReadTiles and SaveTiles make the peer a tlog.TileReader over Ephor's files.
func (p *peer) Height() int { return tileHeight }

func (p *peer) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, err := p.read(c2spPath(tile))
		if err != nil {
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}

func (p *peer) SaveTiles([]tlog.Tile, [][]byte) {}
