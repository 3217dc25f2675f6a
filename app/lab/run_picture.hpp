// The filters of a saved model as a RunPicture. Pure; any thread.
#pragma once

#include "app/panels/run_rows.hpp"
#include "core/model/model.hpp"

namespace lab {

/// Of its first `most` hidden units.
RunPicture picture_of(const rbm::Model& model, int most);

}  // namespace lab
