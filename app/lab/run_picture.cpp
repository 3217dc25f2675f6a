#include "app/lab/run_picture.hpp"

#include <algorithm>

#include "app/panels/unit_order.hpp"
#include "core/math/kernels.hpp"
#include "core/math/thread_pool.hpp"
#include "core/model/pictures.hpp"

namespace lab {

RunPicture picture_of(const rbm::Model& model, int most) {
  rbm::ThreadPool alone(1);
  rbm::Matrix transposed(model.hidden(), model.visible());
  transpose(model.weights, transposed, alone);
  rbm::Matrix all;
  picture_filters(model, transposed, all, alone);
  const rbm::Index count = std::min<rbm::Index>(most, all.rows());
  RunPicture out;
  out.filters = rbm::Matrix(count, all.cols());
  out.filters.view() = all.view().topRows(count);
  out.range = filter_range(out.filters);
  out.tile = FilterTile(model, most);
  return out;
}

}  // namespace lab
