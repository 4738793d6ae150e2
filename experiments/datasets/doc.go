// Package datasets gives the experiments their data: files, public sets and simulators, all as one Data.
//
//	file on disk      Read, File        .npy .npz .mtx .csv .tsv .txt .parquet .arrow .feather IDX, each also packed; or through a pipe
//	public set        SNAREseq, Load    from the folder AFFMATCH_DATA, the cache, or (asked for by name) the network
//	simulated         Cells, Blobs, SwissRoll, SCurve, Spheres, Tree    same seed, same bits
//	back to disk      Write, WriteNPY, EncodeNPY
//
// A reader never trusts a header: what it promises is held against the length of the file before memory is taken, and a
// file that is truncated, corrupt or holds a NaN gives an error that says where.
//
// Read data.go first, then file.go.
package datasets
