#include "core/run/curves_tensors.hpp"

#include <algorithm>

#include "core/run/column_tensor.hpp"
#include "core/run/curve_columns.hpp"

namespace rbm {
namespace {

constexpr const char* kUpdate = "run/curve_update";

std::string tensor_name(const CurveColumn& column) {
  return std::string("run/curve_") + column.name;
}

}  // namespace

void add_curves(const std::vector<CurvePoint>& points, TensorFile& checkpoint) {
  if (points.empty()) return;
  std::vector<std::uint64_t> updates;
  for (const CurvePoint& point : points) updates.push_back(point.update);
  checkpoint.tensors[kUpdate] = column_tensor("U64", updates);
  std::vector<double> values(points.size());
  for (const CurveColumn& column : kCurveColumns) {
    std::ranges::transform(points, values.begin(),
                           [&](const CurvePoint& point) { return point.*column.value; });
    checkpoint.tensors[tensor_name(column)] = column_tensor("F64", values);
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
  if (!take_column(found->second, "U64", updates)) return broken(std::string(kUpdate) + " holds no updates");
  if (std::ranges::adjacent_find(updates, std::ranges::greater_equal()) != updates.end())
    return broken(std::string(kUpdate) + " does not grow");
  std::vector<CurvePoint> points(updates.size());
  for (std::size_t i = 0; i < points.size(); ++i) points[i].update = updates[i];
  std::vector<double> values;
  for (const CurveColumn& column : kCurveColumns) {
    const auto tensor = checkpoint.tensors.find(tensor_name(column));
    values.assign(points.size(), kMissing);
    if (tensor != checkpoint.tensors.end() &&
        (!take_column(tensor->second, "F64", values) || values.size() != points.size()))
      return broken(tensor_name(column) + " does not fit the others");
    for (std::size_t i = 0; i < points.size(); ++i) points[i].*column.value = values[i];
  }
  return points;
}

}  // namespace rbm
