// The elements of a tensor as numbers, of whatever type the file has them. Pure functions; any thread.
#pragma once

#include <vector>

#include "core/model/tensor_file.hpp"

namespace rbm {

/// Each of them converted, those of BOOL as the bytes they are. Number is float or double.
template <class Number>
std::vector<Number> numbers_of(const Tensor& tensor);
extern template std::vector<float> numbers_of(const Tensor& tensor);
extern template std::vector<double> numbers_of(const Tensor& tensor);

}  // namespace rbm
