#include "core/run/curves_tensors.hpp"

#include <algorithm>
#include <cstring>

#include "core/run/curve_columns.hpp"

namespace rbm {
namespace {

constexpr const char* kUpdate = "run/curve_update";

std::string tensor_name(const CurveColumn& column) {
  return std::string("run/curve_") + column.name;
}

template <class Number>
Tensor tensor_of(const char* dtype, const std::vector<Number>& column) {
  Tensor out{dtype, {static_cast<std::int64_t>(column.size())}, {}};
  out.bytes.resize(column.size() * sizeof(Number));
  if (!column.empty()) std::memcpy(out.bytes.data(), column.data(), out.bytes.size());
  return out;
}

/// The numbers of a tensor with one dimension; false where it is another one.
template <class Number>
bool take(const Tensor& tensor, const char* dtype, std::vector<Number>* out) {
  if (tensor.dtype != dtype || tensor.shape.size() != 1) return false;
  out->resize(tensor.bytes.size() / sizeof(Number));
  if (!out->empty()) std::memcpy(out->data(), tensor.bytes.data(), out->size() * sizeof(Number));
  return true;
}

}  // namespace

void add_curves(const std::vector<CurvePoint>& points, TensorFile& checkpoint) {
  if (points.empty()) return;
  std::vector<std::uint64_t> updates;
  for (const CurvePoint& point : points) updates.push_back(point.update);
  checkpoint.tensors[kUpdate] = tensor_of("U64", updates);
  std::vector<double> values(points.size());
  for (const CurveColumn& column : kCurveColumns) {
    std::ranges::transform(points, values.begin(),
                           [&](const CurvePoint& point) { return point.*column.value; });
    checkpoint.tensors[tensor_name(column)] = tensor_of("F64", values);
  }
}

Result<std::vector<CurvePoint>> curves_of(const TensorFile& checkpoint, const std::string& path) {
  const auto broken = [&](const std::string& what) {
    return fail(ErrorCode::BadFormat,
                path + " is damaged, the tensor " + what + ": use another checkpoint of the run.", path);
  };
  const auto found = checkpoint.tensors.find(kUpdate);
  if (found == checkpoint.tensors.end()) return std::vector<CurvePoint>();
  std::vector<std::uint64_t> updates;
  if (!take(found->second, "U64", &updates)) return broken(std::string(kUpdate) + " holds no updates");
  if (std::ranges::adjacent_find(updates, std::ranges::greater_equal()) != updates.end())
    return broken(std::string(kUpdate) + " does not grow");
  std::vector<CurvePoint> points(updates.size());
  for (std::size_t i = 0; i < points.size(); ++i) points[i].update = updates[i];
  std::vector<double> values;
  for (const CurveColumn& column : kCurveColumns) {
    const auto tensor = checkpoint.tensors.find(tensor_name(column));
    values.assign(points.size(), kMissing);
    if (tensor != checkpoint.tensors.end() &&
        (!take(tensor->second, "F64", &values) || values.size() != points.size()))
      return broken(tensor_name(column) + " does not fit the others");
    for (std::size_t i = 0; i < points.size(); ++i) points[i].*column.value = values[i];
  }
  return points;
}

}  // namespace rbm
