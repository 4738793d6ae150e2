//go:build faiss

#include "shim.h"

#include <cstring>
#include <exception>
#include <memory>
#include <omp.h>

#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVF.h>
#include <faiss/index_factory.h>

namespace {

template <typename F> char *guarded(F f) {
    try {
        f();
        return nullptr;
    } catch (const std::exception &e) {
        return strdup(e.what());
    } catch (...) {
        return strdup("an exception without a text");
    }
}

}  // namespace

extern "C" {

char *affmatch_faiss_open(const char *name, int64_t n, int dim, const float *rows, int build, int threads, void **index) {
    return guarded([&] {
        std::unique_ptr<faiss::Index> made(faiss::index_factory(dim, name, faiss::METRIC_L2));
        if (auto *hnsw = dynamic_cast<faiss::IndexHNSW *>(made.get())) {
            hnsw->hnsw.efConstruction = build;
        }
        int before = omp_get_max_threads();
        if (threads > 0) {
            omp_set_num_threads(threads);
        }
        try {
            made->train(n, rows);
            made->add(n, rows);
        } catch (...) {
            omp_set_num_threads(before);
            throw;
        }
        omp_set_num_threads(before);
        *index = made.release();
    });
}

char *affmatch_faiss_find(void *index, int64_t n, const float *rows, int64_t k, int probes, int walk, float *distances, int64_t *found) {
    return guarded([&] {
        auto *in = static_cast<faiss::Index *>(index);
        if (auto *ivf = dynamic_cast<faiss::IndexIVF *>(in)) {
            ivf->nprobe = probes;
        }
        if (auto *hnsw = dynamic_cast<faiss::IndexHNSW *>(in)) {
            hnsw->hnsw.efSearch = walk;
        }
        in->search(n, rows, k, distances, found);
    });
}

void affmatch_faiss_close(void *index) { delete static_cast<faiss::Index *>(index); }
}
