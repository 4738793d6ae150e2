package datasets

import (
	"context"
	"fmt"
	"strings"
)

// A Set is a public set of points: where it is published, how to know it, what may be done with it.
type Set struct {
	Name       string // what Load takes
	About      string // one line: what a row is, how many
	Rows, Cols int
	Points     Remote
	Labels     Remote   // no Name: the labels are in Points
	Classes    []string // names of the labels 0, 1, ...; nil: as they stand in the file
	Home       string   // the publisher's page
	License    string
	Citation   string
}

// A Remote is one file of a set.
type Remote struct {
	Name string // in the folder AFFMATCH_DATA and in the cache; says the format

	// URLs are tried in order. None: the file is only looked for in AFFMATCH_DATA and the cache.
	URLs []string

	// SHA256 sums, hexadecimal, that the file may have: as published first, then other packings of the same content.
	SHA256 []string

	Size int64 // bytes, as published
}

// Size is what Load transfers at most, in bytes.
func (s Set) Size() int64 { return s.Points.Size + s.Labels.Size }

// scot is the SCOT project's repository at the commit whose data are used.
const scot = "https://raw.githubusercontent.com/rsinghlab/SCOT/14649be6e14017dcfe7ba619091b33d1df55f6a9/data/SNARE/"

// Sets lists the public sets. The sums of the SNARE-seq files are those of the repository at the commit above; of MNIST and
// Fashion-MNIST those of the files at their addresses; a second sum is the same content packed anew.
func Sets() []Set {
	return []Set{
		{
			Name: "snareseq", About: "gene expression of 1047 single cells of four human cell lines, 10 principal components",
			Rows: 1047, Cols: 10,
			Points: Remote{
				Name:   "snare_rna.npy",
				URLs:   []string{scot + "SNAREseq_rna_feat.npy"},
				SHA256: []string{"a8a2c2bbfc036dea5b350d01dd2180b93bb3b1c0008bed49493080348da96a9b"},
				Size:   83888,
			},
			Labels: Remote{
				Name:   "snare_types.txt",
				URLs:   []string{scot + "SNAREseq_rna_types.txt"},
				SHA256: []string{"3697fe94aee8b0ed2fad49c10c3226b757cedd8046a5cc0b10d0a845ad540a1d"},
				Size:   3139,
			},
			Home:    "https://github.com/rsinghlab/SCOT",
			License: "MIT (the SCOT repository)",
			Citation: "Chen, Lake, Zhang: High-throughput sequencing of the transcriptome and chromatin accessibility in the same cell, Nature Biotechnology 37 (2019); " +
				"as prepared by Demetci, Santorella, Sandstede, Noble, Singh: SCOT: Single-Cell Multi-Omics Alignment with Optimal Transport, Journal of Computational Biology 29 (2022)",
		},
		{
			Name: "digits", About: "1797 handwritten digits of 8 x 8 pixels, 0..16",
			Rows: 1797, Cols: 64,
			Points: Remote{
				Name:   "digits.csv.gz",
				SHA256: []string{"46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a"},
				Size:   57512,
			},
			Home:     "https://archive.ics.uci.edu/dataset/80",
			License:  "CC BY 4.0",
			Citation: "Alpaydin, Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998); the test set, as scikit-learn holds it",
		},
		mnist("mnist", "MNIST's test set: 10,000 handwritten digits of 28 x 28 pixels, 0..255", 10000, []string{
			"https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/"},
			Remote{
				Name:   "mnist-t10k-images-idx3-ubyte.gz",
				SHA256: []string{"8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", "ba05d2d6e06f59dd97d2d5378250478bb5c9b64296a5c2681700569121e3a2d7"},
				Size:   1648877,
			},
			Remote{
				Name:   "mnist-t10k-labels-idx1-ubyte.gz",
				SHA256: []string{"f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", "94088eab8a64f51a9b34cc9716f54b6548ef8b2fd16ada6d1575091b933dbf4b"},
				Size:   4542,
			}),
	}
}

// mnist is a set in MNIST's form: IDX images and labels under hosts, each file by its name without the set's prefix.
func mnist(name, about string, rows int, hosts []string, images, labels Remote) Set {
	for _, host := range hosts {
		images.URLs = append(images.URLs, host+strings.TrimPrefix(images.Name, name+"-"))
		labels.URLs = append(labels.URLs, host+strings.TrimPrefix(labels.Name, name+"-"))
	}
	return Set{
		Name: name, About: about, Rows: rows, Cols: 28 * 28, Points: images, Labels: labels,
		Home:     "http://yann.lecun.com/exdb/mnist/",
		License:  "CC BY-SA 3.0",
		Citation: "LeCun, Cortes, Burges: The MNIST database of handwritten digits (1998)",
	}
}

// Lookup finds a set by its name.
func Lookup(name string) (Set, error) {
	var names []string
	for _, s := range Sets() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Set{}, fmt.Errorf("datasets: no public set %q: want one of %s", name, strings.Join(names, ", "))
}

// Load gives the public set of that name, as Set.Load.
func Load(ctx context.Context, name string) (*Data, error) {
	s, err := Lookup(name)
	if err != nil {
		return nil, err
	}
	return s.Load(ctx)
}

// SNAREseq gives the cells of the affinity-matcher demo: 1047 x 10, four types. See Set.Load for where it looks.
func SNAREseq(ctx context.Context) (*Data, error) { return Load(ctx, "snareseq") }

// Load gives the set's points and labels. Each file is looked for in the folder that the environment variable AFFMATCH_DATA
// names, then in the user's cache folder (os.UserCacheDir()/affmatch); what is in neither is downloaded into the cache,
// once. Every file is held to its SHA-256 sum. Without a network it fails within seconds, and the error says what was
// tried and what to do.
func (s Set) Load(ctx context.Context) (*Data, error) {
	f := File{}
	var err error
	if f.Path, err = s.Points.locate(ctx); err == nil {
		f.Labels = f.Path
		if s.Labels.Name != "" {
			f.Labels, err = s.Labels.locate(ctx)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", s.Name, err)
	}
	d, err := f.Read()
	if err != nil {
		return nil, err
	}
	d.Name, d.Source, d.License, d.Citation = s.Name, s.Home, s.License, s.Citation
	if s.Classes != nil {
		d.Names = s.Classes
	}
	return d, d.Validate()
}
