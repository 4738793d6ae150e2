package datasets

import "strings"

// scot is the SCOT project's repository at the commit whose data are used.
const scot = "https://raw.githubusercontent.com/rsinghlab/SCOT/14649be6e14017dcfe7ba619091b33d1df55f6a9/data/SNARE/"

// Sets lists the public sets. The first sum of a file is that of the file at its addresses; a second one is the same content
// packed anew.
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
		mnistLike("mnist", "t10k", "MNIST's test set: 10,000 handwritten digits of 28 x 28 pixels, 0..255", 10000,
			Remote{Size: 1648877, SHA256: []string{"8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", "ba05d2d6e06f59dd97d2d5378250478bb5c9b64296a5c2681700569121e3a2d7"}},
			Remote{Size: 4542, SHA256: []string{"f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", "94088eab8a64f51a9b34cc9716f54b6548ef8b2fd16ada6d1575091b933dbf4b"}}),
		mnistLike("mnist-train", "train", "MNIST's training set: 60,000 handwritten digits of 28 x 28 pixels, 0..255", 60000,
			Remote{Size: 9912422, SHA256: []string{"440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"}},
			Remote{Size: 28881, SHA256: []string{"3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"}}),
		mnistLike("fashion-mnist", "t10k", "Fashion-MNIST's test set: 10,000 pictures of clothes of 28 x 28 pixels, 0..255", 10000,
			Remote{Size: 4422102, SHA256: []string{"346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"}},
			Remote{Size: 5148, SHA256: []string{"67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"}}),
		mnistLike("fashion-mnist-train", "train", "Fashion-MNIST's training set: 60,000 pictures of clothes of 28 x 28 pixels, 0..255", 60000,
			Remote{Size: 26421880, SHA256: []string{"3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"}},
			Remote{Size: 29515, SHA256: []string{"a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"}}),
	}
}

// mnistLike completes a set in MNIST's form: IDX images and labels, named "t10k-images-idx3-ubyte.gz" at their addresses and
// "mnist-t10k-images-idx3-ubyte.gz" or "fashion-mnist-t10k-images-idx3-ubyte.gz" here.
func mnistLike(name, part, about string, rows int, images, labels Remote) Set {
	s := Set{
		Name: name, About: about, Rows: rows, Cols: 28 * 28,
		Home:     "http://yann.lecun.com/exdb/mnist/",
		License:  "CC BY-SA 3.0",
		Citation: "LeCun, Cortes, Burges: The MNIST database of handwritten digits (1998)",
	}
	prefix, hosts := "mnist-", []string{"https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/"}
	if strings.HasPrefix(name, "fashion") {
		prefix, hosts = "fashion-mnist-", []string{"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"}
		s.Classes = []string{"T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"}
		s.Home = "https://github.com/zalandoresearch/fashion-mnist"
		s.License = "MIT"
		s.Citation = "Xiao, Rasul, Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms, arXiv:1708.07747 (2017)"
	}
	published := func(r Remote, file string) Remote {
		r.Name = prefix + file
		for _, host := range hosts {
			r.URLs = append(r.URLs, host+file)
		}
		return r
	}
	s.Points = published(images, part+"-images-idx3-ubyte.gz")
	s.Labels = published(labels, part+"-labels-idx1-ubyte.gz")
	return s
}
