/// The C door of Assay: the only place where its constants and signatures are written.
///
/// A function that returns a handle, or stores one through an out-parameter, hands over one
/// reference; `assay_<kind>_release` is the only way to give it back and accepts NULL. Everything
/// else is borrowed for the call. Any thread may call any function; a model may be used by several
/// threads at once. `fork()` waits until every thread in the engine stands at a safe point. Private to
/// the package: the supported surfaces are Swift and Python.
#ifndef ASSAY_H
#define ASSAY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A trained model, immutable.
typedef struct assay_model assay_model;
/// What an operation answered: a JSON text and the arrays it refers to.
typedef struct assay_result assay_result;
/// One array of a result; it keeps its memory alive without the result.
typedef struct assay_array assay_array;
/// Why a call failed.
typedef struct assay_error assay_error;
/// Where a function of the caller's puts what it was asked for.
typedef struct assay_answer assay_answer;

/// What a call came to: `ASSAY_OK` or the kind of its error.
typedef int32_t assay_status;
enum {
  ASSAY_OK = 0,
  /// An unknown or out-of-range option.
  ASSAY_OPTION = 1,
  /// Tokens, text or pixels that cannot be used.
  ASSAY_INPUT = 2,
  /// An array of the wrong shape, type or layout.
  ASSAY_SHAPE = 3,
  /// A checkpoint that cannot be read.
  ASSAY_CHECKPOINT = 4,
  /// A model, method or check that cannot do what was asked.
  ASSAY_UNSUPPORTED = 5,
  /// A value that is not finite or a quantity that is undefined.
  ASSAY_NUMERIC = 6,
  /// The caller asked to stop.
  ASSAY_CANCELLED = 7,
  /// A broken invariant of the engine.
  ASSAY_INTERNAL = 8,
  /// Memory that could not be had or would exceed the stated budget.
  ASSAY_MEMORY = 9,
  /// A model name that leads nowhere.
  ASSAY_MODEL = 10,
};

/// The type of an array's elements, in native byte order.
typedef int32_t assay_dtype;
enum {
  ASSAY_FLOAT32 = 1,
  ASSAY_FLOAT64 = 2,
  ASSAY_INT32 = 3,
  ASSAY_INT64 = 4,
};

enum {
  /// The most axes an array may have.
  ASSAY_MAXIMUM_RANK = 8,
  /// The most threads a call may use.
  ASSAY_MAXIMUM_THREADS = 1024,
};

/// An array given to a call, dense and row-major.
///
/// The call takes the array over, whether it succeeds or not: `release(context)` runs exactly once
/// when nothing looks at the memory any more, possibly later and on another thread. A NULL
/// `release` promises memory that stays for the life of the process. `shape` is read during the
/// call only.
typedef struct assay_array_in {
  const void *data;
  assay_dtype dtype;
  int32_t ndim;
  const int64_t *shape;
  void (*release)(void *context);
  void *context;
} assay_array_in;

/// What an array handle looks at: dense, row-major, read-only, valid as long as the handle.
typedef struct assay_array_view {
  const void *data;
  assay_dtype dtype;
  int32_t ndim;
  const int64_t *shape;
} assay_array_view;

/// Called on the calling thread, at least 50 ms apart, while a call works; a result other than 0
/// asks it to stop. `fraction` is the finished part in 0...1, or -1 when unknown; `message` is
/// UTF-8 and borrowed.
typedef int32_t (*assay_poll)(void *context, double fraction, const char *message);

/// Opens a model from a folder, `{"path": "…", "mapped": true}`, or from memory,
/// `{"config": {…}, "tensors": {"name": {"$array": 0}}}`; such a model looks into the given arrays
/// until it is released. Both take the `vocabulary` of the model's tokenizer, where there is one:
/// `{"mask", "pad", "unk", "cls", "sep": id or null, "special_ids": […], "punctuation_ids": […],
/// "size": n}`. `arguments` is UTF-8 JSON of `length` bytes.
assay_status assay_model_open(
    const char *arguments, size_t length, const assay_array_in *arrays, int32_t array_count,
    assay_poll poll, void *poll_context, assay_model **model, assay_error **error);
void assay_model_release(assay_model *model);

/// Another model over the weights of `opened`, which stays as it is: inputs are of a tokenizer with
/// this `{"vocabulary": {…}}`.
assay_status assay_model_with_vocabulary(
    const assay_model *opened, const char *arguments, size_t length, assay_model **model,
    assay_error **error);

/// Answers what a model outside the engine is asked, on the thread of the call that needs to know:
/// `question` is JSON and arrays like a result, borrowed. The answer is given by `assay_answer_give`
/// before the function returns; a result other than 0 ends the call with `ASSAY_CANCELLED`. The
/// function may call the engine.
///
/// Questions: `{"ask": "predict", "ids": A, "offsets": A, "types": A}` of a ragged batch, answered by
/// `{"probabilities": A}`, `[sequences, labels]`; `{"ask": "attention", …}` and
/// `{"ask": "gradient", "target": index or pair, …}` of one sequence, answered by
/// `{"attention": A}`, float32 `[layers, heads, tokens, tokens]`, and `{"gradient": A}`, float32
/// `[tokens, width]`.
///
/// A model with an inside is asked for whole runs: `{"ask": "run", "run": n, "ids", "offsets",
/// "types": A, "rows": A (the position that the head reads, or -1), "keep": [site, …],
/// "differentiate": [site, …], "edited": [layer, …], "patches": [{"site", "sequence", "tokens": A,
/// "value": A}, …], "embeddings": A or null}`, answered by `{"logits": A, "kept": [A, …]}`, float32,
/// every kept value without padding. In an edited layer the operation `edit_attention` of the model
/// tells what becomes of the pattern. `{"ask": "gradients", "run": n, "cotangent": A, "sites": […]}` is
/// answered by `{"gradients": [A, …]}`; after `{"ask": "forget", "run": n}` nobody asks for them.
typedef int32_t (*assay_ask)(void *context, const assay_result *question, assay_answer *answer);

/// Puts an answer, JSON of `length` bytes and arrays, where it was asked for. The arrays are taken
/// over like those of a call.
assay_status assay_answer_give(
    assay_answer *answer, const char *json, size_t length, const assay_array_in *arrays,
    int32_t array_count, assay_error **error);

/// A model that is computed outside the engine. `arguments` is JSON: `{"labels": […], "problem_type",
/// "layers", "heads", "gradient": bool, "vocabulary_size": n or null, "readout": "first", "last" or
/// "mean", "vocabulary": as above or null, "inside": {…} for a model that can be asked for runs}`.
/// `context` is taken over in any case: `release(context)`, unless NULL, runs exactly once when nothing
/// asks any more, possibly on another thread.
assay_status assay_model_wrap(
    const char *arguments, size_t length, assay_ask ask, void *context,
    void (*release)(void *context), assay_model **model, assay_error **error);

/// Runs the operation of that name on `model` (NULL for operations that need none).
/// `poll` may be NULL. The member `threads` of `arguments` says how many threads this call uses, in
/// 1...ASSAY_MAXIMUM_THREADS; without it the setting of `assay_set_num_threads` holds.
assay_status assay_call(
    const char *operation, const assay_model *model, const char *arguments, size_t length,
    const assay_array_in *arrays, int32_t array_count, assay_poll poll, void *poll_context,
    assay_result **result, assay_error **error);

/// The answer as UTF-8 JSON, not zero-terminated, valid as long as the result.
const char *assay_result_json(const assay_result *result, size_t *length);
int32_t assay_result_array_count(const assay_result *result);
/// A handle on array `index`, or NULL when there is none.
assay_array *assay_result_array(const assay_result *result, int32_t index);
void assay_result_release(assay_result *result);

assay_array_view assay_array_look(const assay_array *array);
/// Another reference to the same array.
assay_array *assay_array_retain(const assay_array *array);
void assay_array_release(assay_array *array);

assay_status assay_error_kind(const assay_error *error);
/// What the error is about, what would have been accepted, and what was there instead; UTF-8,
/// valid as long as the error.
const char *assay_error_message(const assay_error *error);
const char *assay_error_subject(const assay_error *error);
const char *assay_error_expected(const assay_error *error);
const char *assay_error_found(const assay_error *error);
void assay_error_release(assay_error *error);

/// How many threads calls use that do not say it themselves, in 1...ASSAY_MAXIMUM_THREADS.
assay_status assay_set_num_threads(int32_t threads, assay_error **error);
int32_t assay_get_num_threads(void);

/// The version of the engine, UTF-8, valid for the life of the process.
const char *assay_version(void);

#ifdef __cplusplus
}
#endif

#endif
