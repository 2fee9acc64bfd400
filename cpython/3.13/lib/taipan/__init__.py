# SPDX-License-Identifier: Apache-2.0
"""What a Python program can ask of Taipan."""
