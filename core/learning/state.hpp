// The state of a run, listed once by whoever holds a part of it. Checkpoints, resuming, the last good state and the
// check for what is not finite all go through these lists, so that none of them can leave an array out.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/math/bits.hpp"
#include "core/math/matrix.hpp"
#include "core/model/states.hpp"

namespace rbm {

/// What becomes of an array.
enum class Kept {
  Parameters,  // of the model: checked, and restored after a divergence
  Average,     // of the parameters: restored too; a checkpoint holds it as its main tensors
  Moments,     // of an optimizer or of fast weights: 0 after a divergence
  Squares,     // moments of squares: the same, and never below 0
  Anew,        // what begins anew after a divergence: chains, offsets
};

/// The last state that was checked, to go back to on divergence: Parameters and Average, in the order of the lists.
struct GoodState {
  std::vector<Matrix> matrices;
  std::vector<Eigen::VectorXf> vectors;
  std::uint64_t updates = 0;
};

/// Visits arrays by the names that they have in a checkpoint. Those that the settings do not need are empty.
class StateVisitor {
 public:
  virtual ~StateVisitor() = default;
  virtual void operator()(std::string_view name, Kept kept, Matrix& array) = 0;
  virtual void operator()(std::string_view name, Kept kept, BitMatrix& array) = 0;
  virtual void operator()(std::string_view name, Kept kept, Eigen::VectorXf& array) = 0;
  virtual void operator()(std::string_view name, Kept kept, std::vector<std::uint8_t>& labels) = 0;
  virtual void operator()(std::string_view name, Kept kept, States& states) = 0;
};

/// A visitor made of one function for arrays of any kind: visit(name, kept, array).
template <class Visit>
class VisitingState final : public StateVisitor {
 public:
  explicit VisitingState(Visit visit) : visit_(visit) {}
  void operator()(std::string_view name, Kept kept, Matrix& array) override { visit_(name, kept, array); }
  void operator()(std::string_view name, Kept kept, BitMatrix& array) override { visit_(name, kept, array); }
  void operator()(std::string_view name, Kept kept, Eigen::VectorXf& array) override {
    visit_(name, kept, array);
  }
  void operator()(std::string_view name, Kept kept, std::vector<std::uint8_t>& labels) override {
    visit_(name, kept, labels);
  }
  void operator()(std::string_view name, Kept kept, States& states) override { visit_(name, kept, states); }

 private:
  Visit visit_;
};

}  // namespace rbm
