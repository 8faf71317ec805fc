"""What makes two experiments the same: canonical forms and digests of params, data, state, code."""
