#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is wrong is a text of the caller's to free; 0: nothing. */
char *affmatch_faiss_open(const char *name, int64_t n, int dim, const float *rows, int build, int threads, void **index);
char *affmatch_faiss_find(void *index, int64_t n, const float *rows, int64_t k, int probes, int walk, float *distances, int64_t *found);
void affmatch_faiss_close(void *index);

#ifdef __cplusplus
}
#endif
