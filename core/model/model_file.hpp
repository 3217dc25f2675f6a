// Model files: .safetensors (the program's own) and .npz (for NumPy). Both hold the tensors
//   weights [visible, hidden], visible_bias [visible], hidden_bias [hidden]   (float32)
// where the visible units are Gaussian, log_variance [visible] (visible_bias then holds μ), and where they
// learned pictures through a picture space, picture_mean [visible] with picture_scale [visible] or
// picture_forward and picture_backward [visible, visible]: x = (p − mean) / scale or (p − mean) · forward;
// where the visible units have several states each, visible_states [units], how many, with their names as JSON in
// the metadata visible_state_names, and the units' own in visible_unit_names;
// where the model has label units, label_weights [labels, hidden], label_bias [labels];
// of a stack, the model below, the same way with "below." before every name;
// and string metadata: format_version, visible_units, hidden_units, image_shape ("28x28x1"), and whatever
// Model::metadata holds. Texts are any bytes: see to_utf8(). A .safetensors file also has a checksum of all that is in
// it, and is refused as damaged where that does not fit; the members of an .npz have their own. Any thread.
#pragma once

#include <string>

#include "core/model/model.hpp"
#include "core/model/tensor_file.hpp"
#include "core/result.hpp"

namespace rbm {

class Communicator;

/// Model ↔ tensors. Accepts scikit-learn's components_ [hidden, visible], intercept_visible_,
/// intercept_hidden_ too, and F64 for F32. Fails on a missing tensor, shapes that do not fit together, or a
/// value that is not finite, naming the tensor.
Result<Model> model_from_tensors(const TensorFile& file, const std::string& path);
TensorFile tensors_from_model(const Model& model);
/// Of a model of which `ranks` hold their own columns: all of them call it, and the first one gets the weights.
TensorFile tensors_from_model(const Model& model, Communicator& ranks);

/// True where a file is meant as a model: by its ending .safetensors, or as an .npz with a model's weights.
bool is_model_file(const std::string& path);

Result<Model> load_model(const std::string& path);
Result<void> save_model(const std::string& path, const Model& model);
/// The same of `ranks` that hold their own columns, of which the first one alone writes.
Result<void> save_model(const std::string& path, const Model& model, Communicator& ranks);

}  // namespace rbm
