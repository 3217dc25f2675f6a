// Expected failures as values. Result<T> has the member names of std::expected, which g++ 12 does not have in
// C++20 mode, so that it can become an alias of it later. Any thread may use these types.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace rbm {

enum class ErrorCode {
  BadArgument,  // a value outside its range, shapes that do not fit together
  BadFormat,    // a file that is not what it should be: magic, size, dtype, checksum
  Io,           // a file that cannot be read or written
  NotFinite,    // training diverged
  Unsupported,  // well formed, but this program cannot do it
  Cancelled,    // the user stopped it
};

/// What went wrong. `message` is one full sentence that names the thing and says what to do; it already
/// contains the path where there is one, so that it can be printed as it is.
struct Error {
  ErrorCode code = ErrorCode::BadArgument;
  std::string message;
  std::string path;
};

/// Wraps an Error on its way into a Result, as std::unexpected does.
struct Unexpected {
  Error value;
};

[[nodiscard]] inline Unexpected fail(ErrorCode code, std::string message, std::string path = {}) {
  return Unexpected{Error{code, std::move(message), std::move(path)}};
}

/// Ends the program with the place and the text; called through RBM_ASSERT only.
[[noreturn]] inline void assertion_failed(const char* file, int line, const char* text) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, text);
  std::abort();
}

/// A broken invariant is a bug of this program, never of its input: it aborts with its place. On in every
/// build; not used in inner loops.
#define RBM_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::rbm::assertion_failed(__FILE__, __LINE__, #condition))

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Unexpected error) : state_(std::in_place_index<1>, std::move(error.value)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return checked(), std::get<0>(state_); }
  const T& value() const& { return checked(), std::get<0>(state_); }
  T&& value() && { return checked(), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    RBM_ASSERT(!has_value());
    return std::get<1>(state_);
  }

 private:
  void checked() const {
    if (!has_value()) assertion_failed(__FILE__, __LINE__, std::get<1>(state_).message.c_str());
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Unexpected error) : error_(std::move(error.value)), failed_(true) {}
  bool has_value() const { return !failed_; }
  explicit operator bool() const { return has_value(); }
  const Error& error() const {
    RBM_ASSERT(failed_);
    return error_;
  }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace rbm
